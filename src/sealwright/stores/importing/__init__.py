"""Signatures that others keep in other ways, read so that they can be put into a store of ours.

    folders    signature stores of every layout, and those of OpenShift's releases
    objects    OpenShift's Image objects and the ConfigMaps of its releases

Nothing read here is believed: what a signature is worth is found out when it is verified.
"""
