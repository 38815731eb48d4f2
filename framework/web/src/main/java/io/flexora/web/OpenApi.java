package io.flexora.web;

import io.flexora.web.ControlCall.Argument;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The OpenAPI 3.1 document of the page. */
final class OpenApi {

  private static final String JSON = "application/json";
  private static final String TOKEN = "token";

  private OpenApi() {}

  /**
   * The document.
   *
   * @param address the address of the page
   * @param calls the calls of a page with actions; none of others
   */
  static Map<String, Object> document(String address, List<ControlCall> calls) {
    Map<String, Object> paths = new LinkedHashMap<>();
    paths.put(
        "/runs.json",
        got(
            "runs_changed",
            "Lists the runs and comparisons whose entry changed since a version.",
            Argument.text("index", "the member index of an earlier answer").optional(),
            Argument.number("since", "the member version of that answer").optional()));
    paths.put(
        "/run.json",
        got(
            "run_details",
            "Shows a run, cell or comparison with its curves.",
            Argument.text("run", "its id")));
    paths.put(
        "/status.json",
        got(
            "comparison_status",
            "Shows the cells of a comparison and their progress.",
            Argument.text("run", "its id").optional(),
            Argument.text("cell", "the cell whose curve is wanted").optional()));
    for (ControlCall call : calls) {
      paths.put("/action/" + call.name(), posted(call));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("openapi", "3.1.0");
    document.put(
        "info",
        Map.of(
            "title", "Flexora",
            "version", "0.1",
            "description", "Runs and comparisons of a folder: list, query, start, stop, resume."));
    document.put("servers", List.of(Map.of("url", address.replaceFirst("/$", ""))));
    document.put("paths", paths);
    document.put(
        "components",
        Map.of("securitySchemes", Map.of(TOKEN, Map.of("type", "http", "scheme", "bearer"))));
    return document;
  }

  private static Map<String, Object> got(String name, String doc, Argument... arguments) {
    Map<String, Object> operation = operation(name, doc);
    operation.put(
        "parameters",
        List.of(arguments).stream()
            .map(
                argument ->
                    Map.of(
                        "name", argument.name(),
                        "in", "query",
                        "required", argument.required(),
                        "description", argument.doc(),
                        "schema", Map.of("type", argument.type())))
            .toList());
    operation.put("responses", responses(Map.of("404", "there is no such run")));
    return Map.of("get", operation);
  }

  private static Map<String, Object> posted(ControlCall call) {
    Map<String, Object> operation = operation(call.name(), call.doc());
    operation.put("security", List.of(Map.of(TOKEN, List.of())));
    operation.put(
        "requestBody",
        Map.of("required", true, "content", Map.of(JSON, Map.of("schema", call.schema()))));
    operation.put(
        "responses",
        responses(
            Map.of(
                "400", "the body is not JSON",
                "401", "the token is missing or wrong",
                "403", "the request comes from another page",
                "409", "the call failed; the text has the reason",
                "503", "too many calls at once")));
    return Map.of("post", operation);
  }

  private static Map<String, Object> operation(String name, String doc) {
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("operationId", name);
    operation.put("summary", doc);
    return operation;
  }

  private static Map<String, Object> responses(Map<String, String> refusals) {
    Map<String, Object> responses = new LinkedHashMap<>();
    responses.put(
        "200",
        Map.of(
            "description",
            "the answer",
            "content",
            Map.of(JSON, Map.of("schema", Map.of("type", "object")))));
    refusals.forEach(
        (code, why) ->
            responses.put(
                code,
                Map.of(
                    "description",
                    why,
                    "content",
                    Map.of("text/plain", Map.of("schema", Map.of("type", "string"))))));
    return responses;
  }
}
