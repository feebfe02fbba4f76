"""The command line of OpenShift's `oc`, as far as users of a registry need it.

    oc login [SERVER]      oc logout      oc whoami
    oc adm policy add-cluster-role-to-user | remove-cluster-role-from-user ROLE USER...
    oc adm verify-image-signature IMAGE --expected-identity=REF [--save] | --remove-all
    oc describe istag NAME:TAG      oc get image NAME -o json

The server is our service: logging in makes a personal token there, which is kept in kubeconfig as oc keeps
its own, and the cluster roles of images are rights in all repositories. Images are found by their digests in
any repository that the account may see.
"""
