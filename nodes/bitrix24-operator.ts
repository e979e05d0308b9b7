import type { NodeAPI } from "node-red";
import { operatorOperation } from "../open-channels/actions/operator";
import { registerAction } from "./runtime/action";

export default (RED: NodeAPI): void => registerAction(RED, operatorOperation);
