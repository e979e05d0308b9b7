import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** What a flow asks a language model. */
export interface Question {
  readonly model: string;
  readonly messages: readonly { role: string; content: string }[];
}

/** A language model as far as flows see one: an address with the chat-completion interface. */
export interface Model {
  readonly url: string;
  /** What it was asked, and how, from the first question on. */
  readonly asked: { question: Question; headers: IncomingHttpHeaders }[];
  close(): void;
}

/** Starts a model that answers by `answerTo`. */
export async function startModel(
  answerTo: (question: Question) => { status: number; content: string },
): Promise<Model> {
  const asked: Model["asked"] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const question = JSON.parse(body) as Question;
      asked.push({ question, headers: request.headers });
      const { status, content } = answerTo(question);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify({ choices: [{ index: 0, message: { role: "assistant", content } }] }));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1/chat/completions`,
    asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
