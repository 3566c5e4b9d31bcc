"""Errors of the sign-in service, in the OAuth 2.0 envelope with AADSTS codes.

Texts: Microsoft Learn "Microsoft Entra authentication and authorization error codes" and messages pasted in public
issues (Azure/azure-cli, Azure/azure-sdk-for-net).
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeops_tui.simulator.wire import Json

ARM_APPLICATION = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
"""The application id of Azure Resource Manager, as texts name it."""


class SignInError(Exception):
    """Ends a token request. `number` is the AADSTS code, `error` the OAuth 2.0 error; `headers` join the reply's."""

    def __init__(
        self,
        error: str,
        number: int,
        text: str,
        *,
        status: int = 400,
        suberror: str = "",
        claims: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"AADSTS{number}: {text}")
        self.error = error
        self.number = number
        self.text = text
        self.status = status
        self.suberror = suberror
        self.claims = claims
        self.headers = dict(headers or {})

    def body(self, *, timestamp: str, trace_id: str, correlation_id: str, login: str) -> dict[str, Json]:
        """The envelope. `timestamp` is in the form `2021-01-20 17:49:04Z`."""
        description = (
            f"AADSTS{self.number}: {self.text} Trace ID: {trace_id} "
            f"Correlation ID: {correlation_id} Timestamp: {timestamp}"
        )
        return {
            "error": self.error,
            "error_description": description,
            "error_codes": [self.number],
            "timestamp": timestamp,
            "trace_id": trace_id,
            "correlation_id": correlation_id,
            "error_uri": f"{login}/error?code={self.number}",
            **({"suberror": self.suberror} if self.suberror else {}),
            **({"claims": self.claims} if self.claims else {}),
        }


def tenant_not_found(name: str, *, discovering: bool) -> SignInError:
    """The authority names a tenant that does not exist. Discovery has an error code of its own for that."""
    return SignInError(
        "invalid_tenant" if discovering else "invalid_request",
        90002,
        f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the "
        "correct cloud. Check with your subscription administrator, this may happen if there are no active "
        "subscriptions for the tenant.",
    )


def application_not_found(client_id: str, directory: str) -> SignInError:
    """The client is no application of this directory."""
    return SignInError(
        "unauthorized_client",
        700016,
        f"Application with identifier '{client_id}' was not found in the directory '{directory}'. This can happen if "
        "the application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You may have sent your authentication request to the wrong tenant.",
    )


def missing_parameter(name: str) -> SignInError:
    """A form field is missing or empty."""
    return SignInError("invalid_request", 900144, f"The request body must contain the following parameter: '{name}'.")


def wrong_secret(app_id: str) -> SignInError:
    """The client secret is not one of the application's."""
    return SignInError(
        "invalid_client",
        7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not "
        f"the client secret ID, for a secret added to app '{app_id}'.",
        status=401,
    )


def expired_secret(app_id: str) -> SignInError:
    """The client secret was right and has expired."""
    return SignInError(
        "invalid_client",
        7000222,
        f"The provided client secret keys for app '{app_id}' are expired. Visit the Azure portal to create new keys "
        "for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: "
        "https://aka.ms/certCreds.",
        status=401,
    )


def no_service_principal(app_id: str, tenant_id: str) -> SignInError:
    """The application exists, its service principal in this tenant does not."""
    return SignInError(
        "invalid_client",
        7000229,
        f"The client application {app_id} is missing service principal in the tenant {tenant_id}. See instructions "
        "here: https://go.microsoft.com/fwlink/?linkid=2225119",
        status=401,
    )


def application_disabled(app_id: str, name: str) -> SignInError:
    """The application, or its service principal in this tenant, is disabled (Worklytics/psoxy#74)."""
    return SignInError("unauthorized_client", 7000112, f"Application '{app_id}'({name}) is disabled.")


def blocked_by_conditional_access(policy_id: str) -> SignInError:
    """Conditional Access for workload identities blocks the application from where it is (Japan Azure Identity Support
    Blog, 2021-12-07)."""
    return SignInError(
        "invalid_grant",
        53003,
        "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
        suberror="message_only",
        claims=f'{{"access_token":{{"capolids":{{"essential":true,"values":["{policy_id}"]}}}}}}',
    )


def other_cloud() -> SignInError:
    """The tenant is in another cloud, and an application signs in to it here (webprofusion/certify#553)."""
    return SignInError("invalid_request", 900382, "Confidential Client is not supported in Cross Cloud request.")


def malformed_tenant(name: str) -> SignInError:
    """The authority names what is neither a GUID nor a domain, for example a GUID that is cut off
    (caddy-dns/azure#3)."""
    return SignInError(
        "invalid_request",
        900023,
        f"Specified tenant identifier '{name}' is neither a valid DNS name, nor a valid external domain.",
    )


def not_in_tenant(principal_name: str, home: str, tenant: str, client_id: str) -> SignInError:
    """The account is no user of the tenant it signs in to."""
    return SignInError(
        "invalid_grant",
        50020,
        f"User account '{principal_name}' from identity provider 'https://sts.windows.net/{home}/' does not exist in "
        f"tenant '{tenant}' and cannot access the application '{client_id}'(Microsoft Azure CLI) in that tenant. The "
        "account needs to be added as an external user in the tenant first. Sign out and sign in again with a "
        "different Azure Active Directory user account.",
    )


def unknown_resource(resource: str, tenant: str) -> SignInError:
    """The scope names a resource the directory does not know."""
    return SignInError(
        "invalid_resource",
        500011,
        f"The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the "
        "application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You might have sent your authentication request to the wrong tenant.",
    )


def mfa_required(resource_app: str, claims: str) -> SignInError:
    """The session has no second factor and the request needs one."""
    return SignInError(
        "interaction_required",
        50076,
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must "
        f"use multi-factor authentication to access '{resource_app}'.",
        suberror="basic_action",
        claims=claims,
    )


def session_revoked(since: str) -> SignInError:
    """The session was revoked; `since` is a time in the form `2021-01-20 17:49:04Z`."""
    return SignInError(
        "invalid_grant",
        50173,
        "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have "
        f"changed or reset their password. The grant was issued before '{since}'.",
        suberror="bad_token",
    )


def scope_without_default(scope: str) -> SignInError:
    """An application asked for single permissions; alone it gets all that it was granted (`/.default`), or nothing."""
    return SignInError(
        "invalid_scope",
        1002012,
        f"The provided value for scope {scope} is not valid. Client credential flows must have a scope value with "
        "/.default suffixed to the resource identifier (application ID URI).",
    )


def unknown_permission(client_id: str, permission: str, resource: str) -> SignInError:
    """The scope names a permission that the resource does not have."""
    return SignInError(
        "invalid_client",
        650053,
        f"The application '{client_id}' asked for scope '{permission}' that doesn't exist on the resource "
        f"'{resource}'. Contact the app vendor.",
    )


def several_resources(scope: str) -> SignInError:
    """A token is for one resource."""
    return SignInError(
        "invalid_request",
        28000,
        "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope "
        f"{scope} is not valid.",
    )


def no_tenant_named() -> SignInError:
    """The path says `common` or `organizations`, and nothing else in the request names a tenant."""
    return SignInError(
        "invalid_request",
        50059,
        "No tenant-identifying information found in either the request or implied by any provided credentials.",
    )


def expired_device_code() -> SignInError:
    """The code was not entered in time (Azure/azure-sdk-for-python#32375)."""
    return SignInError(
        "expired_token",
        70020,
        "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
    )


_CERTIFICATE_PAGE = "https://learn.microsoft.com/entra/identity-platform/certificate-credentials"
_FEDERATION_PAGE = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation"


def malformed_assertion(why: str) -> SignInError:
    """The client assertion is no JSON Web Token of the form that is asked for (panva/openid-client#348,
    AzureAD/microsoft-authentication-library-for-dotnet#124)."""
    return SignInError("invalid_request", 50027, why)


def unsupported_algorithm() -> SignInError:
    """The assertion is signed in a way that does not fit the key
    (AzureAD/microsoft-authentication-library-for-dotnet#4712)."""
    return SignInError("invalid_request", 5002730, "Invalid JWT token. Unsupported key for the signing algorithm.")


def subject_is_not_issuer() -> SignInError:
    """An assertion that an application signs itself names two of them
    (AzureAD/microsoft-authentication-library-for-java#430)."""
    return SignInError(
        "invalid_client", 50048, "Subject must match the issuer claim in the client assertion.", status=401
    )


def certificate_not_registered(reason: str, app_id: str, thumbprint: str) -> SignInError:
    """No certificate of the application has this thumbprint (open-webui/oikb#120, keycloak/keycloak#19425)."""
    return _not_registered("is not registered on application", reason, app_id, thumbprint)


def certificate_expired(app_id: str, thumbprint: str, found: str) -> SignInError:
    """The certificate is registered and has expired."""
    return _not_registered("is expired on application", "The key used is expired.", app_id, thumbprint, found)


def wrong_signature(app_id: str, thumbprint: str, found: str) -> SignInError:
    """The certificate is registered, and something else has signed (AzureAD/passport-azure-ad#453)."""
    return SignInError(
        "invalid_client",
        700027,
        "Client assertion contains an invalid signature. "
        + _reason(
            "The provided signature value did not match the expected signature value.", app_id, thumbprint, found
        ),
        status=401,
    )


def _not_registered(what: str, reason: str, app_id: str, thumbprint: str, found: str = "") -> SignInError:
    return SignInError(
        "invalid_client",
        700027,
        f"The certificate with identifier used to sign the client assertion {what}. "
        + _reason(reason, app_id, thumbprint, found),
        status=401,
    )


def _reason(reason: str, app_id: str, thumbprint: str, found: str) -> str:
    """`found`: when the key that was found is valid, as `Start=…, End=…`."""
    key = f", Found key '{found}'" if found else ""
    return (
        f"[Reason - {reason}, Thumbprint of key used by client: '{thumbprint}'{key}, Please visit the Azure Portal, "
        f"Graph Explorer or directly use MS Graph to see configured keys for app Id '{app_id}'.]"
    )


def assertion_out_of_time(now: str, start: str, end: str) -> SignInError:
    """The assertion has expired, or is of the future; times as `2024-10-02T22:05:03.6755165Z`
    (AzureAD/microsoft-authentication-library-for-dotnet#4951)."""
    return SignInError(
        "invalid_client",
        700024,
        f"Client assertion is not within its valid time range. Current time: {now}, assertion valid from {start}, "
        f"expiry time of assertion {end}. Review the documentation at {_CERTIFICATE_PAGE} .",
        status=401,
    )


def assertion_for_another_audience() -> SignInError:
    """The assertion is not made for the sign-in of this tenant
    (AzureAD/microsoft-authentication-library-for-dotnet#2746)."""
    return SignInError(
        "invalid_client",
        700023,
        "Client assertion audience claim does not match Realm issuer. Review the documentation at "
        f"{_CERTIFICATE_PAGE} .",
        status=401,
    )


def no_federated_credentials(app_id: str, name: str) -> SignInError:
    """A token of another issuer, for an application that trusts none."""
    return SignInError(
        "invalid_client",
        70025,
        f"The client '{app_id}'({name}) has no configured federated identity credentials.",
        status=401,
    )


def no_matching_federation(what: str, value: str) -> SignInError:
    """No federated identity credential has this `what`: the assertion's issuer, audience or subject
    (Azure/azure-workload-identity#1200, Azure/login#482)."""
    number = {"issuer": 700211, "audience": 700212, "subject": 700213}[what]
    return SignInError(
        "invalid_client",
        number,
        f"No matching federated identity record found for presented assertion {what} '{value}'. Check your federated "
        f"identity credential Subject, Audience and Issuer against the presented assertion. {_FEDERATION_PAGE}",
        status=401,
    )


def issuer_out_of_reach() -> SignInError:
    """The keys of the issuer cannot be read (Azure/azure-workload-identity#605)."""
    return SignInError("invalid_request", 90061, "Request to External OIDC endpoint failed.")


def unknown_signing_key(key_id: str, issuer: str) -> SignInError:
    """The issuer does not publish the key that has signed (Azure/azure-workload-identity#1232)."""
    return SignInError(
        "invalid_client",
        7000272,
        f"The certificate with identifier {key_id} used to sign the federated credential could not be found in the "
        f"metadata of identity provider {issuer}. Please validate that your Identity Provider's metadata exposes the "
        "key used to sign the incoming token.",
        status=401,
    )
