import type { NodeAPI } from "node-red";

type Guard = ReturnType<NodeAPI["auth"]["needsPermission"]>;
type GuardedRequest = Parameters<Guard>[0];
type GuardedResponse = Parameters<Guard>[1];

/**
 * Whether the person behind a request passes one more guard. Node-RED's guards only let pass or answer themselves, so
 * this one gets a response whose answers go nowhere: the route says in a sentence why it refuses.
 */
export function passes(guard: Guard, request: GuardedRequest, response: GuardedResponse): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const answer = (): GuardedResponse => {
      resolve(false);
      return silent;
    };
    const silent = Object.create(response, {
      status: { value: () => silent },
      setHeader: { value: () => silent },
      ...Object.fromEntries(["end", "send", "json", "sendStatus"].map((name) => [name, { value: answer }])),
    }) as GuardedResponse;
    guard(request, silent, (error?: unknown) => {
      if (error === undefined || error === null) resolve(true);
      else reject(error instanceof Error ? error : new Error("the permission could not be checked"));
    });
  });
}
