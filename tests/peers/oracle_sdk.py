"""Run by the Python of Oracle's library: prints as JSON what its clients make of our service.

Arguments: the address of the service, the OCID of another compartment, the OCID of an image, its digest.
"""

import base64
import json
import sys
from typing import Any

import oci  # type: ignore[import-not-found]  # it is in an environment of its own

ADDRESS, OTHER, IMAGE, DIGEST = sys.argv[1:]
config = oci.config.from_file()
root = config["tenancy"]
told: dict[str, Any] = {}


def everything(call: Any, *arguments: object, **options: object) -> Any:
    """All that a list has, page by page of one entry."""
    return oci.pagination.list_call_get_all_results(call, *arguments, limit=1, **options).data


def refusal(call: Any, *arguments: object, **options: object) -> list[object]:
    """The status and code of a call that has to fail."""
    try:
        call(*arguments, **options)
    except oci.exceptions.ServiceError as error:
        return [error.status, error.code]
    raise AssertionError(call)


models = oci.key_management.models
vaults = oci.key_management.KmsVaultClient(config, service_endpoint=ADDRESS)
vault = (
    oci.key_management.KmsVaultClientCompositeOperations(vaults)
    .create_vault_and_wait_for_state(
        models.CreateVaultDetails(compartment_id=root, display_name="of the library", vault_type="DEFAULT"),
        wait_for_states=["ACTIVE"],
    )
    .data
)
told["vault"] = [vault.lifecycle_state, vaults.get_vault(vault.id).data == vault]
told["vaults"] = vault.id in [one.id for one in everything(vaults.list_vaults, root)]
keys = oci.key_management.KmsManagementClient(config, vault.management_endpoint)
crypto = oci.key_management.KmsCryptoClient(config, vault.crypto_endpoint)
shapes = {
    "rsa": models.KeyShape(algorithm="RSA", length=256),
    "p256": models.KeyShape(algorithm="ECDSA", length=32, curve_id="NIST_P256"),
    "p384": models.KeyShape(algorithm="ECDSA", length=48, curve_id="NIST_P384"),
}
waiting = oci.key_management.KmsManagementClientCompositeOperations(keys)
made = {
    name: waiting.create_key_and_wait_for_state(
        models.CreateKeyDetails(compartment_id=root, display_name=name, key_shape=shape),
        wait_for_states=["ENABLED"],
    ).data
    for name, shape in shapes.items()
}
told["keys"] = sorted(one.display_name for one in everything(keys.list_keys, root))
told["curve"] = made["p384"].key_shape.curve_id
told["usage"] = vaults.get_vault_usage(vault.id).data.software_key_count
told["wrapping"] = keys.get_wrapping_key().data.public_key[:26]
rsa = made["rsa"]
waiting.disable_key_and_wait_for_state(rsa.id, wait_for_states=["DISABLED"])
message = base64.b64encode(b"of the library").decode()


def order(key: Any, algorithm: str, **more: object) -> Any:
    """What asks for a signature."""
    return models.SignDataDetails(message=message, key_id=key.id, signing_algorithm=algorithm, **more)


told["disabled"] = refusal(crypto.sign, order(rsa, "SHA_256_RSA_PKCS_PSS"))
waiting.enable_key_and_wait_for_state(rsa.id, wait_for_states=["ENABLED"])
told["signed"] = {}
for key, algorithm in (("rsa", "SHA_512_RSA_PKCS_PSS"), ("p256", "ECDSA_SHA_256"), ("p384", "ECDSA_SHA_384")):
    signed = crypto.sign(order(made[key], algorithm)).data
    details = models.VerifyDataDetails(
        key_id=signed.key_id,
        key_version_id=signed.key_version_id,
        signature=signed.signature,
        message=message,
        signing_algorithm=algorithm,
    )
    told["signed"][algorithm] = crypto.verify(details).data.is_signature_valid
second = keys.create_key_version(rsa.id).data
told["versions"] = [one.id == second.id for one in everything(keys.list_key_versions, rsa.id)]
planned = keys.schedule_key_version_deletion(
    rsa.id, rsa.current_key_version, models.ScheduleKeyVersionDeletionDetails()
).data
told["version"] = [planned.lifecycle_state, planned.time_of_deletion > planned.time_created]
keys.cancel_key_version_deletion(rsa.id, rsa.current_key_version)
told["renamed"] = keys.update_key(rsa.id, models.UpdateKeyDetails(display_name="again")).data.display_name
keys.change_key_compartment(rsa.id, models.ChangeKeyCompartmentDetails(compartment_id=OTHER))
told["moved"] = keys.get_key(rsa.id).data.compartment_id == OTHER
told["scheduled"] = keys.schedule_key_deletion(
    rsa.id, models.ScheduleKeyDeletionDetails()
).data.lifecycle_state
keys.cancel_key_deletion(rsa.id)
told["exported"] = refusal(
    crypto.export_key, models.ExportKeyDetails(key_id=rsa.id, algorithm="RSA_OAEP_SHA256", public_key="x")
)

named = oci.artifacts.models
images = oci.artifacts.ArtifactsClient(config, service_endpoint=ADDRESS)
told["namespace"] = images.get_container_configuration(root).data.namespace
image = images.get_container_image(IMAGE).data
told["image"] = image.digest
uri = f"{told['namespace']}/{image.repository_name}:{image.version}"
looked = images.lookup_container_image_by_uri(named.LookupContainerImageByUriDetails(image_uri=uri)).data
told["looked up"] = looked.id == IMAGE
details = named.CreateContainerRepositoryDetails(compartment_id=root, display_name="project01/of-the-library")
repository = images.create_container_repository(details).data
listed = everything(images.list_container_repositories, root)
told["repositories"] = sorted(one.display_name for one in listed)
images.change_container_repository_compartment(
    repository.id, named.ChangeContainerRepositoryCompartmentDetails(compartment_id=OTHER)
)
told["repository moved"] = images.get_container_repository(repository.id).data.compartment_id == OTHER
images.delete_container_repository(repository.id)
signed = crypto.sign(order(rsa, "SHA_256_RSA_PKCS_PSS", key_version_id=second.id)).data
told["other message"] = refusal(
    images.create_container_image_signature,
    named.CreateContainerImageSignatureDetails(
        compartment_id=root,
        image_id=IMAGE,
        kms_key_id=rsa.id,
        kms_key_version_id=second.id,
        signing_algorithm="SHA_256_RSA_PKCS_PSS",
        message=message,
        signature=signed.signature,
    ),
)
fields = {
    "description": "",
    "imageDigest": DIGEST,
    "kmsKeyId": rsa.id,
    "kmsKeyVersionId": second.id,
    "metadata": "",
    "region": config["region"],
    "repositoryName": image.repository_name,
    "signingAlgorithm": "SHA_256_RSA_PKCS_PSS",
}
message = base64.b64encode(json.dumps(fields, separators=(",", ":")).encode()).decode()
signed = crypto.sign(order(rsa, "SHA_256_RSA_PKCS_PSS", key_version_id=second.id)).data
uploaded = images.create_container_image_signature(
    named.CreateContainerImageSignatureDetails(
        compartment_id=root,
        image_id=IMAGE,
        kms_key_id=rsa.id,
        kms_key_version_id=second.id,
        signing_algorithm="SHA_256_RSA_PKCS_PSS",
        message=message,
        signature=signed.signature,
    )
).data
tagged = images.update_container_image_signature(
    uploaded.id, named.UpdateContainerImageSignatureDetails(freeform_tags={"by": "library"})
)
told["tags"] = tagged.data.freeform_tags
told["stale"] = refusal(
    images.update_container_image_signature,
    uploaded.id,
    named.UpdateContainerImageSignatureDetails(freeform_tags={}),
    if_match="another",
)
found = everything(images.list_container_image_signatures, root, image_id=IMAGE, kms_key_version_id=second.id)
told["signatures"] = [one.id == uploaded.id for one in found]
images.delete_container_image_signature(uploaded.id)
vaults.schedule_vault_deletion(vault.id, models.ScheduleVaultDeletionDetails())
told["vault at the end"] = vaults.get_vault(vault.id).data.lifecycle_state
sys.stdout.write(json.dumps(told))
