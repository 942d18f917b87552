"""What a server says of itself by gRPC reflection: its services and methods, with their messages. [3.1.4]"""

from dataclasses import dataclass

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, MethodDescriptor
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from kofu_conformance.engine import Unobserved
from kofu_conformance.testers.wire import Method


@dataclass(frozen=True)
class ReflectedMethod:
    """One RPC as its server describes it."""

    method: Method
    request: Descriptor
    response: Descriptor
    client_streams: bool
    server_streams: bool

    @property
    def request_type(self) -> type[Message]:
        """The class of its request."""
        return message_factory.GetMessageClass(self.request)

    @property
    def response_type(self) -> type[Message]:
        """The class of its answer."""
        return message_factory.GetMessageClass(self.response)


@dataclass(frozen=True)
class ReflectedService:
    """One service as its server describes it."""

    name: str
    methods: tuple[ReflectedMethod, ...]


def reflect(channel: grpc.Channel, system: str) -> tuple[ReflectedService, ...]:
    """The services that the server shows. Raises `Unobserved` where it shows none."""
    try:
        database = ProtoReflectionDescriptorDatabase(channel)
        pool = DescriptorPool(database)
        return tuple(_service(pool, name) for name in sorted(database.get_services()))
    except (grpc.RpcError, KeyError) as error:
        cause = error.code().name if isinstance(error, grpc.RpcError) else str(error)
        raise Unobserved(f"{system}: reflection shows nothing: {cause}") from None


def _service(pool: DescriptorPool, name: str) -> ReflectedService:
    descriptor = pool.FindServiceByName(name)
    return ReflectedService(name, tuple(_method(name, one) for one in descriptor.methods))


def _method(service: str, descriptor: MethodDescriptor) -> ReflectedMethod:
    return ReflectedMethod(
        Method(service, descriptor.name),
        descriptor.input_type,
        descriptor.output_type,
        bool(descriptor.client_streaming),
        bool(descriptor.server_streaming),
    )
