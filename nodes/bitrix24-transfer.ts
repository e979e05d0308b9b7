import type { NodeAPI } from "node-red";
import { transferOperation } from "../open-channels/transfer";
import { registerAction } from "./runtime/action";

export default (RED: NodeAPI): void => registerAction(RED, transferOperation);
