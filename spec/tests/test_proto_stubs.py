"""The protos give stubs for TypeScript and Java unchanged, and both compilers take what is generated."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from reference.tests.node_side import ROOT, find_node, installed

COMPILE_SECONDS = 120
PROGRAMS = Path(sys.executable).parent
MAVEN_FOLDER = Path.home() / ".m2" / "repository" / "com" / "google" / "protobuf" / "protobuf-java"
APPLY_JAVA = """
import kofu.v1.Center.ApplyRequest;
import kofu.v1.Common.Application;
import kofu.v1.Common.ResidenceOptions;

class Apply {
    static byte[] application(String sessionId, String requestId) {
        ResidenceOptions options = ResidenceOptions.newBuilder().setWholeHousehold(true).build();
        return ApplyRequest.newBuilder()
            .setSessionId(sessionId).setRequestId(requestId).setMunicipalityCode("992011").setCopies(1)
            .setApplication(Application.newBuilder().setResidenceCertificate(options))
            .build().toByteArray();
    }
}
"""

Done = subprocess.CompletedProcess[str]


def run(command: Iterable[str | Path], folder: Path, environment: Mapping[str, str] | None = None) -> Done:
    return subprocess.run(
        list(command),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=COMPILE_SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("image") / "kofu.binpb"
    subprocess.run([sys.executable, ROOT / "proto" / "generate.py", "--image", made], check=True)
    return made


def test_typescript_takes_the_stubs_and_tells_a_wrong_use(image: Path, tmp_path: Path) -> None:
    node, package = find_node(), installed("typescript")
    for file in package.glob("*.*"):
        if file.is_file():
            shutil.copyfile(file, tmp_path / file.name)
    (tmp_path / "node_modules").symlink_to(package / "node_modules", target_is_directory=True)
    buf = shutil.which("buf", path=PROGRAMS) or "buf"
    compiler = (node.node, "node_modules/typescript/bin/tsc", "-p", ".")

    generated = run((buf, "generate", image), tmp_path, node.environment)
    assert generated.returncode == 0, generated.stderr
    assert len(list((tmp_path / "gen" / "kofu").rglob("*_pb.ts"))) == len(list((ROOT / "proto/kofu").rglob("*.proto")))
    right = run(compiler, tmp_path)
    assert (right.stdout, right.returncode) == ("", 0)

    text = (tmp_path / "apply.ts").read_text()
    (tmp_path / "apply.ts").write_text(text.replace("wholeHousehold: true", "wholeHousehold: 1"))
    wrong = run(compiler, tmp_path)
    assert "apply.ts" in wrong.stdout
    assert "is not assignable to type 'boolean" in wrong.stdout


def java_tools() -> tuple[str, str, Path]:
    """protoc, javac and the runtime's jar of protoc's version. Skips where one is not there."""
    protoc = shutil.which("protoc", path=PROGRAMS) or shutil.which("protoc")
    javac = shutil.which("javac")
    if protoc is None or javac is None:
        pytest.skip("protoc or javac: not there; run `make setup`, install a JDK")
    told = run((protoc, "--version"), Path.cwd()).stdout
    found = re.fullmatch(r"libprotoc (\d+\.\d+)\s*", told)
    if found is None:
        pytest.skip(f"protoc: {told.strip()} is none whose jar can be named; run `make setup`")
    version = f"4.{found[1]}"
    jar = MAVEN_FOLDER / version / f"protobuf-java-{version}.jar"
    maven = shutil.which("mvn")
    if not jar.exists() and maven is not None:
        artifact = f"-Dartifact=com.google.protobuf:protobuf-java:{version}"
        run((maven, "-q", "-B", "dependency:get", artifact, "-Dtransitive=false"), Path.cwd())
    if not jar.exists():
        pytest.skip(f"protobuf-java {version}: not in {MAVEN_FOLDER}; get it with mvn dependency:get")
    return protoc, javac, jar


def test_java_takes_the_stubs_and_tells_a_wrong_use(image: Path, tmp_path: Path) -> None:
    protoc, javac, jar = java_tools()
    files = [file.name for file in FileDescriptorSet.FromString(image.read_bytes()).file]
    ours = [name for name in files if not name.startswith("google/")]

    generated = run((protoc, f"--descriptor_set_in={image}", f"--java_out={tmp_path}", *ours), tmp_path)
    assert generated.returncode == 0, generated.stderr
    (tmp_path / "Apply.java").write_text(APPLY_JAVA)
    sources = sorted(tmp_path.rglob("*.java"))
    assert len(sources) > len(ours)
    right = run((javac, "-nowarn", "-proc:none", "-cp", jar, "-d", tmp_path / "classes", *sources), tmp_path)
    assert right.returncode == 0, right.stderr

    (tmp_path / "Apply.java").write_text(APPLY_JAVA.replace("setWholeHousehold(true)", "setWholeHousehold(1)"))
    known = f"{jar}:{tmp_path / 'classes'}"
    wrong = run((javac, "-proc:none", "-cp", known, "-d", tmp_path / "wrong", "Apply.java"), tmp_path)
    assert "int cannot be converted to boolean" in wrong.stderr
