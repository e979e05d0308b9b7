import type { NodeAPI } from "node-red";
import { operatorOperation } from "../open-channels/operator";
import { registerAction } from "./runtime/action";

export default (RED: NodeAPI): void => registerAction(RED, operatorOperation);
