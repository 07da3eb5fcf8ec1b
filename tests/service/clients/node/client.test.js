// The unchanged `openai` package of Node against the running service at POINTSMAN_BASE_URL.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";

const PICTURE = "data:image/png;base64,iVBORw0KGgo=";
const PARIS = { city: "Paris", days: 7 };
const TRIP = {
  type: "object",
  properties: { city: { type: "string" }, days: { type: "integer" } },
  required: ["city", "days"],
  additionalProperties: false,
};
const WEATHER = { type: "function", function: { name: "weather", parameters: TRIP } };

const sdk = new OpenAI({ baseURL: process.env.POINTSMAN_BASE_URL, apiKey: "unused" });
const hello = (model = "auto", more = {}) => ({
  model,
  messages: [{ role: "user", content: "Hello" }],
  ...more,
});
const complete = (...asked) => sdk.chat.completions.create(hello(...asked));

async function heard(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

test("an answer tells its usage and its model", async () => {
  const answer = await complete();

  assert.equal(answer.choices[0].message.content, "The user said: Hello");
  assert.equal(answer.usage.total_tokens, 18);
  assert.match(answer.model, /^sound/);
});

test("a stream has no usage that nobody asked for", async () => {
  const chunks = await heard(await complete("auto", { stream: true }));

  const text = chunks.map((chunk) => chunk.choices[0].delta.content ?? "").join("");
  assert.equal(text, "The user said: Hello");
  assert.ok(chunks.every((chunk) => !chunk.usage));
});

test("a stream ends with the usage that was asked for", async () => {
  const more = { stream: true, stream_options: { include_usage: true } };
  const chunks = await heard(await complete("auto", more));

  assert.equal(chunks.at(-1).usage.completion_tokens, 7);
});

test("a tool is called", async () => {
  const answer = await complete("auto", { tools: [WEATHER] });

  const [call] = answer.choices[0].message.tool_calls;
  assert.equal(answer.choices[0].finish_reason, "tool_calls");
  assert.deepEqual(JSON.parse(call.function.arguments), PARIS);
});

test("the SDK puts a streamed tool call together", async () => {
  const stream = sdk.chat.completions.stream(hello("auto", { tools: [WEATHER] }));

  const message = await stream.finalMessage();
  assert.deepEqual(JSON.parse(message.tool_calls[0].function.arguments), PARIS);
});

test("an answer keeps to a schema", async () => {
  const schema = { name: "trip", schema: TRIP, strict: true };
  const form = { type: "json_schema", json_schema: schema };
  const answer = await sdk.chat.completions.parse(hello("auto", { response_format: form }));

  assert.deepEqual(JSON.parse(answer.choices[0].message.content), PARIS);
});

test("a picture reaches the model", async () => {
  const content = [
    { type: "text", text: "What is this?" },
    { type: "image_url", image_url: { url: PICTURE } },
  ];
  const answer = await complete("auto", { messages: [{ role: "user", content }] });

  assert.equal(answer.choices[0].message.content, "I see 1 picture.");
});

test("several choices arrive with their log probabilities", async () => {
  const answer = await complete("auto", { n: 2, logprobs: true });

  assert.deepEqual(answer.choices.map((choice) => choice.index), [0, 1]);
  assert.equal(answer.choices[1].logprobs.content[0].logprob, -0.5);
});

test("a rejection raises its own error after one call", async () => {
  const asked = { messages: [{ role: "user", content: "asked by Node" }] };

  await assert.rejects(complete("status-429", asked), (error) => {
    assert.ok(error instanceof OpenAI.RateLimitError);
    assert.match(error.message, /call 1 of status-429/);
    return true;
  });
  await assert.rejects(complete("status-400"), OpenAI.BadRequestError);
});

test("a failure raises, and an impatient client its own timeout", async () => {
  const impatient = sdk.withOptions({ timeout: 200, maxRetries: 0 });

  await assert.rejects(complete("status-500"), OpenAI.InternalServerError);
  const asked = impatient.chat.completions.create(hello("slow"));
  await assert.rejects(asked, OpenAI.APIConnectionTimeoutError);
});

for (const model of ["cut", "dropped"]) {
  test(`a stream that breaks raises: ${model}`, async () => {
    await assert.rejects(async () => heard(await complete(model, { stream: true })), OpenAI.APIError);
  });
}
