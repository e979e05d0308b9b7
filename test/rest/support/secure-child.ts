/**
 * Sends requests from a process of its own, because certificates and proxies are taken from the environment at its
 * start. Argument: the addresses to post to, one after the other, as JSON.
 */
import { createTransport, type HttpOutcome } from "../../../rest/http";

async function main(urls: string[]): Promise<void> {
  const transport = createTransport({ connect: 2_000, answer: 4_000, idle: 1_000 });
  const outcomes: HttpOutcome[] = [];
  for (const url of urls) outcomes.push(await transport.send({ url, body: '{"a":1}' }));
  transport.close();
  process.send?.(outcomes);
  process.disconnect();
}

void main(JSON.parse(process.argv[2] ?? "[]") as string[]);
