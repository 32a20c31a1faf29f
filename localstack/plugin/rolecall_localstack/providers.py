"""AWS Organizations, and the stack-set calls of CloudFormation, answered by moto instead of LocalStack.

Uses private interfaces of LocalStack (`localstack.services.moto._proxy_moto`, its CloudFormation engine), hence the exact
pin in requirements.txt. What moto does differently from AWS stands in README.md.
"""

import json

from localstack.aws.skeleton import create_dispatch_table
from localstack.aws.spec import load_service
from localstack.services.moto import _proxy_moto
from localstack.services.plugins import Service, aws_provider


class Moto:
    """Names the service; it has no calls of its own."""

    def __init__(self, service):
        self.service = service


@aws_provider(api="organizations", name="default")
def organizations():
    calls = load_service("organizations").operation_names
    return Service.for_provider(
        Moto("organizations"),
        dispatch_table_factory=lambda _provider: {call: _proxy_moto for call in calls},
    )


@aws_provider(api="cloudformation", name="stack-sets")
def stack_sets():
    from localstack.services.cloudformation.v2.provider import CloudformationProviderV2

    _let_policies_be_text()

    def table(provider):
        calls = dict(create_dispatch_table(provider))
        for call in load_service("cloudformation").operation_names:
            if "StackSet" in call or "StackInstance" in call:
                calls[call] = _proxy_moto
        calls["CreateStackSet"] = _create_stack_set
        return calls

    return Service.for_provider(CloudformationProviderV2(), dispatch_table_factory=table)


def _create_stack_set(context, request):
    """moto forgets `AutoDeployment`; it is kept beside its stack set, where the answer of DescribeStackSet looks for it."""
    from moto.cloudformation.models import cloudformation_backends

    answer = _proxy_moto(context, request)
    made = cloudformation_backends[context.account_id][context.region].describe_stack_set(request["StackSetName"])
    made.auto_deployment = request.get("AutoDeployment")
    return answer


def _let_policies_be_text():
    """A role of a stack instance keeps its inline policies as Python values, which GetRolePolicy then prints as such."""
    from moto.iam.models import Role

    plain = Role.put_policy
    Role.put_policy = lambda role, name, policy: plain(
        role, name, policy if isinstance(policy, str) else json.dumps(policy)
    )
