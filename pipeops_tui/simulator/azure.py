"""The whole simulated Azure behind one function: a request goes in, a reply comes out. No sockets, no waiting."""

from __future__ import annotations

from pipeops_tui.simulator import control, troubles
from pipeops_tui.simulator.arm import (
    assignments,
    governance,
    groups,
    policy,
    providers,
    resources,
    roles,
    subscriptions,
    usage,
)
from pipeops_tui.simulator.arm import service as arm
from pipeops_tui.simulator.entra import discovery, sign_in, token
from pipeops_tui.simulator.entra import service as entra
from pipeops_tui.simulator.faults import Fault, FaultKind, FaultPlan
from pipeops_tui.simulator.graph import applications, directory, passwords, policies, principals
from pipeops_tui.simulator.graph import service as graph
from pipeops_tui.simulator.log import RequestLog
from pipeops_tui.simulator.operations import Service
from pipeops_tui.simulator.routing import Match, Router, service_of
from pipeops_tui.simulator.wire import Reply, Request
from pipeops_tui.simulator.world.world import World

# Importing a module of handlers binds them to their operations.
HANDLER_MODULES = (
    applications,
    assignments,
    directory,
    discovery,
    governance,
    groups,
    passwords,
    policies,
    policy,
    principals,
    providers,
    resources,
    roles,
    sign_in,
    subscriptions,
    token,
    usage,
)


class Azure:
    """One world, its faults and its request log. Not thread-safe: the server's loop owns it."""

    def __init__(self, world: World, faults: FaultPlan) -> None:
        self.world = world
        self.faults = faults
        self.log = RequestLog()
        self._router = Router()

    def match(self, request: Request) -> Match | None:
        """The operation a request means."""
        return self._router.match(request)

    def answer(self, request: Request, match: Match | None) -> Reply:
        """What the service behind the path answers; the world may change."""
        match service_of(request.path):
            case Service.CONTROL:
                return control.serve(self, request, match)
            case Service.ARM:
                return arm.serve(self.world, request, match)
            case Service.GRAPH:
                return graph.serve(self.world, request, match)
            case Service.ENTRA:
                return entra.serve(self.world, request, match)

    def failure(self, request: Request, match: Match | None, fault: Fault) -> Reply:
        """What is answered when a fault has struck. Only for kinds that answer and do not take effect."""
        if fault.kind is FaultKind.HTML_503:
            return troubles.front_door(self.world)
        match service_of(request.path):
            case Service.GRAPH:
                return graph.serve(self.world, request, match, troubles.of_graph(fault))
            case Service.ENTRA:
                return entra.serve(self.world, request, match, troubles.of_entra(fault))
            case _:
                return arm.serve(self.world, request, match, troubles.of_arm(fault, request))

    def garbled(self, reply: Reply) -> Reply:
        """The 200 with broken JSON that stands for `reply` after `FaultKind.GARBAGE`."""
        return Reply(200, reply.body[: len(reply.body) // 2] + b'{"value":[{"id"', dict(reply.headers))
