-- Posts chat completions with prompts that differ; prints what was measured as a line of JSON.
-- Its one argument is the model to ask for.

local sentences = {
  "How would one explain that to a colleague who has never seen it before?",
  "Give three examples and say for each of them where it stops being true.",
  "Write a function in Python that does it, with a docstring and a test.",
  "Translate the last paragraph into plain English and keep the numbers.",
  "What does it cost in a year if the price goes up by 4 percent in June?",
  "Compare the two proposals below and recommend one of them in a sentence.",
  "Summarise the discussion so that somebody who missed it can decide.",
}
local bodies = {}
local sent = 0

function init(arguments)
  local form = '{"model":"%s","messages":[{"role":"user","content":"Question %d: %s"}]}'
  for number = 1, 200 do
    local prompt = {}
    for place = 0, 5 do
      prompt[#prompt + 1] = sentences[(number * (place + 1) + place) % #sentences + 1]
    end
    bodies[number] = string.format(form, arguments[1], number, table.concat(prompt, " "))
  end
end

function request()
  sent = sent + 1
  return wrk.format("POST", nil, nil, bodies[(sent - 1) % #bodies + 1])
end

function done(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "p50_seconds": %f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout
  ))
end
