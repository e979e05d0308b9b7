import type { NodeAPI } from "node-red";
import { callOperation } from "../open-channels/actions/call";
import { registerAction } from "./runtime/action";

export default (RED: NodeAPI): void => registerAction(RED, callOperation);
