import type { NodeAPI } from "node-red";
import { transferOperation } from "../open-channels/actions/transfer";
import { registerAction } from "./runtime/action";

export default (RED: NodeAPI): void => registerAction(RED, transferOperation);
