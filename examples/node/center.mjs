// The issuance center as a kiosk calls it: gRPC under mutual TLS, refusals with their reason.
import { credentials, loadPackageDefinition, status } from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer } from "@grpc/proto-loader";
import protobuf from "protobufjs";

import { CannotRun, read } from "./files.mjs";

const SERVICE = "kofu.v1.CenterService";
const MESSAGE_LIMIT_BYTES = 16 * 1024 * 1024;

// google.rpc.Status and ErrorInfo as they lie in the trailer; only what is read here.
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
`, { keepCase: true });

/** The center refused, or could not be reached. `reason`: a name of kofu.v1.Reason, where it gave one. */
export class Refused extends Error {
  exitStatus = 3;

  constructor(method, error) {
    const reason = reasonOf(error);
    const why = reason ? `refused: ${reason}` : `failed: ${status[error.code]}; ${error.details.split("\n")[0]}`;
    super(`center: ${method} ${why}`);
    this.reason = reason;
  }
}

function reasonOf(error) {
  const [trailer] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (trailer === undefined) return undefined;
  const { details } = root.lookupType("Status").decode(trailer);
  const info = details.find(({ type_url }) => type_url.endsWith("/google.rpc.ErrorInfo"));
  return info && root.lookupType("ErrorInfo").decode(info.value).reason;
}

/** Messages are plain objects: the protos' field names, enums by name, bytes as base64, what is not set left out. */
export class Center {
  #client;
  #definition;
  #wait_ms;

  constructor({ tls, systems, waits }, image) {
    const definition = definitionFrom(image);
    const field = "--profile: tls";
    const identified = credentials.createSsl(
      read(field, tls.authority), read(field, tls.peers.kiosk.key), read(field, tls.peers.kiosk.certificate));
    const { address, identity } = systems.center;
    const Client = loadPackageDefinition(definition).kofu.v1.CenterService;
    this.#client = new Client(address, identified, {
      "grpc.ssl_target_name_override": identity,
      "grpc.default_authority": identity,
      "grpc.max_receive_message_length": MESSAGE_LIMIT_BYTES,
    });
    this.#definition = definition;
    this.#wait_ms = waits.center_seconds * 1000;
  }

  /** Throws CannotRun unless the protos know the kind and every option of it. */
  checkApplication(kind, options) {
    const kinds = this.#fields("Application");
    const { typeName } = kinds.get(kind) ?? {};
    if (!typeName) throw new CannotRun(`--kind: ${kind} is none; use one of ${[...kinds.keys()].join(", ")}`);

    const known = [...this.#fields(typeName).keys()];
    const unknown = Object.keys(options).find((name) => !known.includes(name));
    const remedy = known.length ? `use ${known.join(", ")}` : "leave it out";
    if (unknown) throw new CannotRun(`--options: ${kind} has no ${unknown}; ${remedy}`);
  }

  #fields(message) {
    const { field } = this.#definition[`kofu.v1.${message.split(".").at(-1)}`].type;
    return new Map(field.map((each) => [each.name, each]));
  }

  /** Calls one method. Throws Refused. */
  call(method, request) {
    const deadline = Date.now() + this.#wait_ms;
    return new Promise((resolve, reject) => {
      this.#client[method](request, { deadline }, (error, answer) => {
        if (error) reject(new Refused(method, error));
        else resolve(answer);
      });
    });
  }

  close() {
    this.#client.close();
  }
}

function definitionFrom(image) {
  const bytes = read("--image", image, undefined, "make one with `python proto/generate.py --image FILE`");
  const options = { keepCase: true, enums: String, longs: String, bytes: String };
  let definition;
  try {
    definition = loadFileDescriptorSetFromBuffer(bytes, options);
  } catch {
    definition = {};
  }
  if (definition[SERVICE]) return definition;
  throw new CannotRun(`--image: ${image} holds no ${SERVICE}; make it with \`python proto/generate.py --image FILE\``);
}
