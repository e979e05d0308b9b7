/** Ways to make one REST call without Node-RED. */
import { Agent, request as httpRequest } from "node:http";
import axios from "axios";

/** Makes one call; resolves when the answer has been read. */
export type Call<Params extends object> = (url: string, params: Params) => Promise<unknown>;

/** Connections as the package keeps them; a pool for each way, so that none gets warm ones from another. */
const newAgent = () => new Agent({ keepAlive: true, timeout: 4_000, scheduling: "lifo" });

export interface Rival {
  readonly call: Call<object>;
  /** Closes the kept connections. */
  close(): void;
}

export function axiosAlone(): Rival {
  const httpAgent = newAgent();
  const client = axios.create({ httpAgent });
  return {
    call: async (url, params) => (await client.post<unknown>(url, params)).data,
    close: () => httpAgent.destroy(),
  };
}

export function httpAlone(): Rival {
  const agent = newAgent();
  return {
    call: (url, params) =>
      new Promise((resolve, reject) => {
        const body = JSON.stringify(params);
        const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
        const request = httpRequest(url, { method: "POST", agent, headers }, (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
          response.once("end", () => resolve(JSON.parse(text) as unknown));
        });
        request.once("error", reject);
        request.end(body);
      }),
    close: () => agent.destroy(),
  };
}
