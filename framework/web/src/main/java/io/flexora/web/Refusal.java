package io.flexora.web;

import io.javalin.http.Context;

/**
 * A request that gets nothing.
 *
 * @param code the status of the answer
 * @param why in words
 */
record Refusal(int code, String why) {

  static Refusal of(int code, String why) {
    return new Refusal(code, why);
  }

  void to(Context context) {
    context.status(code).contentType("text/plain; charset=utf-8").result(why + "\n");
    context.skipRemainingHandlers();
  }
}
