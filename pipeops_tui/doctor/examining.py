"""Examines five values: asks Azure one question after the other, those that do not depend on each other side by side.

First without an account: where the tenant is, which tenant the subscription belongs to, which GUID is which. Then as
the application itself: the sign-in, the subscription, the group, the role, and what can stand in the way of a server.
The secret is sent only when the tenant is known to be in the cloud in use, and only to that tenant's sign-in. A read
that Azure refuses is unknown, never "no".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.core.model.doctor_facts import TenantPlace
from pipeops_tui.core.ports.pasted_values import ExaminedApplication, Examiner
from pipeops_tui.core.problem import CloudError
from pipeops_tui.doctor import access_findings, sign_in_findings
from pipeops_tui.doctor.access_examining import AccessExamining
from pipeops_tui.doctor.finding import Diagnosis, Finding, FindingCode, RightValue, in_order
from pipeops_tui.doctor.five_values import FiveValues, ValueName, names_of
from pipeops_tui.doctor.form_findings import form_findings, malformed_secret, swapped
from pipeops_tui.doctor.id_order import IdFacts, SubscriptionAnswer, TenantAnswer, order_of_ids
from pipeops_tui.doctor.question import AS_THE_APPLICATION, Progress, Question, Tell
from pipeops_tui.doctor.value_forms import UNUSUAL, refused_secret_doubt, secret_doubt

_ABOUT_SECRET: Final = (FindingCode.SECRET_IS_ITS_ID, FindingCode.SECRET_MALFORMED)


async def examine(examiner: Examiner, values: FiveValues, cloud: str, tell: Tell) -> Diagnosis:
    """Find out what is wrong with `values` in the cloud of that name. Raises nothing but cancellation."""
    return await _Examination(examiner, values, cloud, Progress(tell)).run()


def without_azure(values: FiveValues, error: CloudError | None = None) -> Diagnosis:
    """What can be said where Azure is not asked: `error` says why it could not be."""
    findings = [*form_findings(values)]
    if error is not None:
        title = "Azure could not be asked"
        findings.append(sign_in_findings.could_not_be_asked(FindingCode.SIGN_IN_REFUSED, title, error))
    return Diagnosis(values, in_order(findings))


class _Examination:
    def __init__(self, examiner: Examiner, values: FiveValues, cloud: str, progress: Progress) -> None:
        self._examiner = examiner
        self._facts = IdFacts(examiner)
        self._values = values
        self._cloud = cloud
        self._progress = progress
        self._findings: list[Finding] = []

    async def run(self) -> Diagnosis:
        self._form()
        await self._order()
        tenant, home = await self._tenant(), await self._home_tenant()
        self._judge_tenant(tenant, home)
        place = tenant if isinstance(tenant, TenantPlace) and self._is_in_use(tenant) else None
        signed_in = await self._sign_in(place)
        # A tenant of another cloud too: that this cloud knows the subscription shows that the Tenant ID is wrong.
        is_elsewhere = self._is_elsewhere(tenant, home)
        self._judge_sign_in(signed_in, is_elsewhere=is_elsewhere)
        sees_subscription = group_read = False
        if isinstance(signed_in, CloudError) or signed_in is None:
            self._progress.not_asked("needs the sign-in", *AS_THE_APPLICATION)
        else:
            try:
                result = await AccessExamining(
                    signed_in, self._values, self._progress, is_elsewhere=is_elsewhere or home is None
                ).run()
            finally:
                await signed_in.close()
            self._findings += result.findings
            sees_subscription, group_read = result.sees_subscription, result.group_read
        if home is not None or place is not None or not isinstance(tenant, TenantPlace):
            # With a tenant of another cloud, the subscription is expected there too.
            self._judge_home(home, signed_in, is_elsewhere=is_elsewhere and not sees_subscription)
        return self._diagnosis(is_signed_in=self._is_in(signed_in), group_read=group_read)

    def _diagnosis(self, *, is_signed_in: bool, group_read: bool) -> Diagnosis:
        found = Diagnosis(self._values, tuple(self._findings), is_signed_in, group_read, self._progress.known)
        if found.verdict == "works":
            self._findings.append(access_findings.works(self._values))
        return replace(found, findings=in_order(self._findings))

    # Without a network

    def _form(self) -> None:
        self._findings = list(form_findings(self._values))
        gravest = in_order(self._findings)[:1]
        outcome = gravest[0].outcome if gravest else CheckOutcome.OK
        self._progress.answered(Question.FORM, outcome, gravest[0].title if gravest else "nothing is wrong with it")

    # Without an account

    async def _order(self) -> None:
        """Put each id into its place. Where the person has named them, that is a finding."""
        before = self._values
        asked = [(Question.TENANT, before.tenant_id), (Question.HOME_TENANT, before.subscription_id)]
        self._progress.asking(*(question for question, text in asked if text))
        order = await order_of_ids(self._facts, before)
        self._values = order.values
        if order.moved and not before.is_order_guessed:
            parts = [f"what was given as {name} is the {self._place_of(before.text(name))}" for name in order.moved]
            self._findings.append(swapped(order.moved, self._values, f"Azure's answers show it: {', '.join(parts)}."))

    def _place_of(self, id: str) -> str:
        return next(
            name
            for name in (ValueName.TENANT, ValueName.CLIENT, ValueName.SUBSCRIPTION)
            if self._values.text(name) == id
        )

    async def _tenant(self) -> TenantAnswer:
        if not self._values.tenant_id:
            self._progress.not_asked(f"there is no usable {ValueName.TENANT}", Question.TENANT)
            return None
        answer = await self._facts.tenant(self._values.tenant_id)
        if answer is None:
            self._progress.answered(Question.TENANT, CheckOutcome.BLOCKED, "Microsoft Entra does not know it")
        elif isinstance(answer, CloudError):
            self._progress.answered(Question.TENANT, CheckOutcome.UNKNOWN, answer.problem.title)
        elif not self._is_in_use(answer):
            self._progress.answered(Question.TENANT, CheckOutcome.UNKNOWN, f"is in another cloud: {answer.cloud}")
        else:
            self._progress.answered(Question.TENANT, CheckOutcome.OK, "exists")
        return answer

    async def _home_tenant(self) -> SubscriptionAnswer:
        """The tenant of the subscription; empty where the subscription's id is missing."""
        if not self._values.subscription_id:
            self._progress.not_asked(f"there is no usable {ValueName.SUBSCRIPTION}", Question.HOME_TENANT)
            return ""
        answer = await self._facts.subscription(self._values.subscription_id)
        if answer is None:
            self._progress.answered(Question.HOME_TENANT, CheckOutcome.BLOCKED, "there is no such subscription")
        elif isinstance(answer, CloudError):
            self._progress.answered(Question.HOME_TENANT, CheckOutcome.UNKNOWN, answer.problem.title)
        else:
            answer = answer.lower()
            self._progress.answered(Question.HOME_TENANT, CheckOutcome.OK, answer)
        return answer

    def _judge_tenant(self, tenant: TenantAnswer, home: SubscriptionAnswer) -> None:
        known = home if isinstance(home, str) else ""
        values = self._values
        if not values.tenant_id:
            self._offer_tenant(known)
        elif tenant is None:
            if not self._is_told(ValueName.TENANT):
                self._findings.append(sign_in_findings.tenant_unknown(values, known))
        elif isinstance(tenant, CloudError):
            title = "Whether the tenant exists could not be asked"
            self._findings.append(sign_in_findings.could_not_be_asked(FindingCode.TENANT_UNKNOWN, title, tenant))
        elif not self._is_in_use(tenant):
            self._findings.append(sign_in_findings.tenant_in_other_cloud(tenant))
        elif tenant.tenant_id.lower() != values.tenant_id.lower():
            self._findings.append(sign_in_findings.tenant_is_domain(values, tenant))

    def _offer_tenant(self, home: str) -> None:
        """Say which tenant belongs in the place of one that is missing or has a flaw."""
        if not home:
            return
        right = RightValue(ValueName.TENANT, home)
        said = f"The subscription belongs to the tenant {home}."
        self._findings = [
            replace(one, remedy=f"{one.remedy} {said}", right=(right,))
            if ValueName.TENANT in one.about and one.code in (FindingCode.VALUES_MISSING, FindingCode.TENANT_UNKNOWN)
            else one
            for one in self._findings
        ]

    def _is_in_use(self, place: TenantPlace) -> bool:
        return place.cloud == self._cloud

    def _is_elsewhere(self, tenant: TenantAnswer, home: SubscriptionAnswer) -> bool:
        if not isinstance(tenant, TenantPlace) or not isinstance(home, str):
            return False
        return home not in ("", tenant.tenant_id.lower())

    def _judge_home(
        self, home: SubscriptionAnswer, signed_in: ExaminedApplication | CloudError | None, *, is_elsewhere: bool
    ) -> None:
        """What follows from the subscription's tenant, when it is known whether the application sees the
        subscription: through Azure Lighthouse it can see one of another tenant."""
        values = self._values
        if home is None and not self._is_told(ValueName.SUBSCRIPTION):
            self._findings.append(sign_in_findings.subscription_unknown(values))
        elif isinstance(home, CloudError) and not self._is_in(signed_in):
            title = "Whether the subscription exists could not be asked"
            finding = sign_in_findings.could_not_be_asked(FindingCode.SUBSCRIPTION_UNKNOWN, title, home)
            if all(one.what != finding.what for one in self._findings):  # one network, one finding
                self._findings.append(finding)
        elif is_elsewhere and isinstance(home, str):
            has_application = None
            if isinstance(signed_in, CloudError) and sign_in_findings.is_unknown_client(signed_in):
                has_application = False
            elif self._is_in(signed_in):
                has_application = True
            self._findings.append(
                sign_in_findings.subscription_elsewhere(values, home, has_application=has_application)
            )

    # As the application

    async def _sign_in(self, place: TenantPlace | None) -> ExaminedApplication | CloudError | None:
        """The application, why it was refused, or None where it was not tried."""
        client_id, secret = self._values.client_id, self._values.secret
        if place is None or not client_id or secret is None:
            lacking = [
                name
                for name, is_there in (
                    (ValueName.TENANT, place is not None),
                    (ValueName.CLIENT, bool(client_id)),
                    (ValueName.SECRET, secret is not None),
                )
                if not is_there
            ]
            self._progress.not_asked(f"needs {names_of(tuple(lacking))}", Question.SIGN_IN)
            return None
        self._progress.asking(Question.SIGN_IN)
        try:
            return await self._examiner.sign_in(place.tenant_id, client_id, secret)
        except CloudError as error:
            return error

    def _judge_sign_in(self, signed_in: ExaminedApplication | CloudError | None, *, is_elsewhere: bool) -> None:
        if signed_in is None:
            return
        if not isinstance(signed_in, CloudError):
            self._progress.answered(Question.SIGN_IN, CheckOutcome.OK, "the application has signed in")
            # Azure accepts the secret, whatever it looks like.
            self._findings = [one for one in self._findings if one.code not in _ABOUT_SECRET]
            return
        finding = self._refusal(signed_in)
        self._progress.answered(Question.SIGN_IN, finding.outcome, finding.title)
        is_consequence = sign_in_findings.is_unknown_client(signed_in) and (
            is_elsewhere or self._is_told(ValueName.CLIENT)
        )
        if not is_consequence and finding not in self._findings:
            self._findings.append(finding)

    def _refusal(self, error: CloudError) -> Finding:
        """The finding of a refused sign-in; that about the secret's form where it explains the refusal."""
        secret = self._values.secret
        if not sign_in_findings.is_wrong_secret(error) or secret is None:
            return sign_in_findings.sign_in_refused(self._values, error)
        told = next(
            (one for one in self._findings if one.outcome is CheckOutcome.BLOCKED and ValueName.SECRET in one.about),
            None,
        )
        if told is not None:
            return told
        self._findings = [one for one in self._findings if one.code is not FindingCode.SECRET_MALFORMED]
        doubt = secret_doubt(secret.reveal())
        if doubt and doubt != UNUSUAL:
            return malformed_secret(self._values, f"Microsoft Entra does not accept it. {doubt}", CheckOutcome.BLOCKED)
        return sign_in_findings.secret_wrong(self._values, error, refused_secret_doubt(secret.reveal()))

    @staticmethod
    def _is_in(signed_in: ExaminedApplication | CloudError | None) -> bool:
        return signed_in is not None and not isinstance(signed_in, CloudError)

    def _is_told(self, name: ValueName) -> bool:
        """Whether a finding says already that this value is wrong."""
        return any(one.outcome is CheckOutcome.BLOCKED and name in one.about for one in self._findings)
