"""The whole simulated Azure as one object: a request goes in, a reply comes out. No sockets, no waiting."""

from __future__ import annotations

from pipeops_tui.simulator import control, fault_answers
from pipeops_tui.simulator.arm import (
    activity_log,
    arm_service,
    capacity,
    deployments,
    governance,
    locks,
    policies,
    policy_effects,
    providers,
    resource_graph,
    resource_groups,
    resource_lists,
    resources,
    role_assignments,
    role_definitions,
    subscriptions,
)
from pipeops_tui.simulator.control import RequestHistory
from pipeops_tui.simulator.entra import entra_service, interactive_sign_in, managed_identity, token_endpoint
from pipeops_tui.simulator.faults import Fault, FaultKind, FaultPlan
from pipeops_tui.simulator.graph import (
    applications,
    batches,
    deleted_items,
    federated_credentials,
    graph_service,
    groups,
    owners,
    passwords,
    service_principals,
    users,
)
from pipeops_tui.simulator.operations import ApiService
from pipeops_tui.simulator.routing import Match, router, service_asked
from pipeops_tui.simulator.wire import Reply, Request
from pipeops_tui.simulator.world.world import World

# Importing a module of handlers binds them to their operations.
HANDLER_MODULES = (
    activity_log,
    applications,
    batches,
    capacity,
    deleted_items,
    deployments,
    entra_service,
    federated_credentials,
    governance,
    groups,
    interactive_sign_in,
    locks,
    managed_identity,
    owners,
    passwords,
    policies,
    policy_effects,
    providers,
    resource_graph,
    resource_groups,
    resource_lists,
    resources,
    role_assignments,
    role_definitions,
    service_principals,
    subscriptions,
    token_endpoint,
    users,
)


class SimulatedAzure:
    """One world, its faults and its request history. Not thread-safe: only the server's thread uses it."""

    def __init__(self, world: World, faults: FaultPlan) -> None:
        self.world = world
        self.faults = faults
        self.history = RequestHistory()
        self._router = router()

    def match(self, request: Request) -> Match | None:
        """The operation a request means, or None where nothing is served."""
        found = self._router.match(request)
        elsewhere = found is not None and found.operation.service is not service_asked(request)
        return None if elsewhere else found

    def answer(self, request: Request, match: Match | None) -> Reply:
        """Handles a request, which may change the world, and returns the reply of the service that is asked."""
        match service_asked(request):
            case ApiService.CONTROL:
                return control.serve(self.world, self.faults, self.history, request, match)
            case ApiService.ARM:
                return arm_service.serve(self.world, request, match)
            case ApiService.GRAPH:
                return graph_service.serve(self.world, request, match)
            case ApiService.ENTRA:
                return entra_service.serve(self.world, request, match)
            case ApiService.IDENTITY:
                return managed_identity.serve(self.world, request, match)

    def failure(self, request: Request, match: Match | None, fault: Fault) -> Reply:
        """The error reply that `fault` puts in place of the answer; the world does not change."""
        if fault.kind is FaultKind.HTML_503:
            return fault_answers.front_door_error(self.world)
        match service_asked(request):
            case ApiService.GRAPH:
                return graph_service.serve(self.world, request, match, fault_answers.graph_error(fault))
            case ApiService.ENTRA:
                return entra_service.serve(self.world, request, match, fault_answers.entra_error(fault))
            case ApiService.IDENTITY:
                return managed_identity.refusal(self.world, *fault_answers.identity_error(fault))
            case _:
                return arm_service.serve(self.world, request, match, fault_answers.arm_error(fault, request))

    def garbled(self, reply: Reply) -> Reply:
        """The 200 with broken JSON that `FaultKind.GARBAGE` sends instead of `reply`."""
        return Reply(200, reply.body[: len(reply.body) // 2] + b'{"value":[{"id"', dict(reply.headers))
