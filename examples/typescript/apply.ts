// An application built and read with generated types.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";

import { type ApplyRequest, ApplyRequestSchema, CenterService } from "./gen/kofu/v1/center_pb.js";

export const method: "unary" = CenterService.method.apply.methodKind;

export function application(sessionId: string, requestId: string): Uint8Array {
  const request: ApplyRequest = create(ApplyRequestSchema, {
    sessionId,
    requestId,
    municipalityCode: "992011",
    application: { certificate: { case: "residenceCertificate", value: { wholeHousehold: true } } },
    copies: 1,
  });
  return toBinary(ApplyRequestSchema, request);
}

export function showsHousehold(bytes: Uint8Array): boolean {
  const certificate = fromBinary(ApplyRequestSchema, bytes).application?.certificate;
  return certificate?.case === "residenceCertificate" && certificate.value.wholeHousehold;
}
