"""The descriptor image as the other modules read it: messages, their rules, and their comments in both languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import protovalidate
from google.protobuf import descriptor_pb2, message_factory
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, FileDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pool import DescriptorPool

OURS = "kofu."
PACKAGE, MESSAGES, ENUMS, SERVICES, EXTENSIONS = 2, 4, 5, 6, 7  # field numbers of FileDescriptorProto
FIELDS, NESTED, NESTED_ENUMS, ONEOFS = 2, 3, 4, 8  # of DescriptorProto
MEMBERS = 2  # values of EnumDescriptorProto, methods of ServiceDescriptorProto


@dataclass(frozen=True)
class Text:
    """A comment: Japanese, English, and the statement of the source document where it names one."""

    ja: str = ""
    en: str = ""
    source: str | None = None

    @property
    def both(self) -> str:
        return "\n".join(part for part in (self.ja, self.en) if part)


def text_of(comment: str) -> Text:
    """Reads one comment. Its Japanese ends at the first 。 before a blank and ASCII, else with its first line."""
    source = re.search(r"\bSource: (.+?)\s*$", comment)
    words = comment[: source.start()] if source else comment
    first, _, rest = words.strip().partition("\n")
    parts = re.match(r"(.*?。) (?=[!-~])(.*)$", first)
    ja, en = (parts[1], f"{parts[2]} {rest}") if parts else (first, rest)
    return Text(ja.strip(), " ".join(en.split()), source[1] if source else None)


class Image:
    """One descriptor image. `data` is a serialized FileDescriptorSet that holds every import."""

    def __init__(self, data: bytes) -> None:
        self.pool = DescriptorPool()
        self._validator = protovalidate.Validator()  # one of its own: validators keep the first rules that they meet
        plain = descriptor_pb2.FileDescriptorSet.FromString(data)
        for file in plain.file:
            self.pool.AddSerializedFile(file.SerializeToString())
        # Parsed again by the pool's own class, which knows the extensions that the image itself declares.
        kind = self.pool.FindMessageTypeByName("google.protobuf.FileDescriptorSet")
        files: Any = message_factory.GetMessageClass(kind).FromString(data)
        self._files = sorted((file for file in files.file if file.package.startswith(OURS)), key=lambda file: file.name)
        self._options: dict[str, Any] = {}
        self._texts: dict[str, Text] = {}
        for file in self._files:
            self._read(file)

    @cached_property
    def messages(self) -> list[Descriptor]:
        """Every message of ours in the order of its name, without the entries of maps."""
        found = (message for file in self._files for message in self._of_file(file))
        return sorted(found, key=lambda message: message.full_name)

    @cached_property
    def files(self) -> list[FileDescriptor]:
        """Every file of ours by its path, `kofu/v1/center.proto`."""
        return [self.pool.FindFileByName(file.name) for file in self._files]

    @cached_property
    def services(self) -> list[ServiceDescriptor]:
        names = sorted(f"{file.package}.{service.name}" for file in self._files for service in file.service)
        return [self.pool.FindServiceByName(name) for name in names]

    def message(self, full_name: str) -> Descriptor:
        return self.pool.FindMessageTypeByName(full_name)

    def enum(self, full_name: str) -> EnumDescriptor:
        return self.pool.FindEnumTypeByName(full_name)

    def message_class(self, full_name: str) -> Any:
        return message_factory.GetMessageClass(self.message(full_name))

    def violations(self, message: Any) -> list[protovalidate.Violation]:
        """What the rules of this image refuse in a message of `message_class`."""
        return self._validator.collect_violations(message)

    def text(self, full_name: str) -> Text:
        """The comment of what is named. Values of enums are named below their enum, a file by its path."""
        return self._texts.get(full_name, Text())

    def rules(self, full_name: str, kind: str) -> Any:
        """The `buf.validate` rules of what is named; `kind` is field, message, oneof or predefined."""
        extension = self.pool.FindExtensionByName(f"buf.validate.{kind}")
        options = self._options.get(full_name)
        if options is not None and options.HasExtension(extension):
            return options.Extensions[extension]
        declared: Any = extension.message_type
        return message_factory.GetMessageClass(declared)()

    def field_rules(self, field: FieldDescriptor) -> Any:
        return self.rules(field.full_name, "field")

    def _of_file(self, file: Any) -> Iterator[Descriptor]:
        def below(message: Descriptor) -> Iterator[Descriptor]:
            yield message
            for nested in message.nested_types:
                if not nested.GetOptions().map_entry:
                    yield from below(nested)

        for message in file.message_type:
            yield from below(self.message(f"{file.package}.{message.name}"))

    def _read(self, file: Any) -> None:
        """Options and comments of everything in one file, by full name."""
        names: dict[tuple[int, ...], str] = {(PACKAGE,): file.name}

        def note(path: tuple[int, ...], name: str, declared: Any) -> None:
            names[path] = name
            self._options[name] = declared.options

        def enum(path: tuple[int, ...], scope: str, declared: Any) -> None:
            note(path, f"{scope}.{declared.name}", declared)
            for number, value in enumerate(declared.value):
                note((*path, MEMBERS, number), f"{scope}.{declared.name}.{value.name}", value)

        def message(path: tuple[int, ...], scope: str, declared: Any) -> None:
            name = f"{scope}.{declared.name}"
            note(path, name, declared)
            for number, field in enumerate(declared.field):
                note((*path, FIELDS, number), f"{name}.{field.name}", field)
            for number, oneof in enumerate(declared.oneof_decl):
                note((*path, ONEOFS, number), f"{name}.{oneof.name}", oneof)
            for number, nested in enumerate(declared.nested_type):
                message((*path, NESTED, number), name, nested)
            for number, nested in enumerate(declared.enum_type):
                enum((*path, NESTED_ENUMS, number), name, nested)

        for number, declared in enumerate(file.message_type):
            message((MESSAGES, number), file.package, declared)
        for number, declared in enumerate(file.enum_type):
            enum((ENUMS, number), file.package, declared)
        for number, service in enumerate(file.service):
            note((SERVICES, number), f"{file.package}.{service.name}", service)
            for place, method in enumerate(service.method):
                note((SERVICES, number, MEMBERS, place), f"{file.package}.{service.name}.{method.name}", method)
        for number, extension in enumerate(file.extension):
            note((EXTENSIONS, number), f"{file.package}.{extension.name}", extension)
        for location in file.source_code_info.location:
            if location.leading_comments and (name := names.get(tuple(location.path))):
                self._texts[name] = text_of(location.leading_comments)
