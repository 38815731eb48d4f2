package io.flexora.web;

import io.javalin.http.Context;

/**
 * A request that gets nothing.
 *
 * @param code the status of the answer
 * @param why in words
 */
record HttpRefusal(int code, String why) {

  static HttpRefusal of(int code, String why) {
    return new HttpRefusal(code, why);
  }

  void to(Context context) {
    context.status(code).contentType("text/plain; charset=utf-8").result(why + "\n");
    context.skipRemainingHandlers();
  }
}
