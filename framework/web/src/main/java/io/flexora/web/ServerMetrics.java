package io.flexora.web;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** The numbers of a model server, in the text format of Prometheus. */
final class ServerMetrics {

  private static final List<Double> BOUNDS =
      List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0);
  private static final double NANOS = 1e9;

  private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
  private final Map<String, Times> times = new ConcurrentSkipListMap<>();
  private final Map<String, LongAdder> tokens = new ConcurrentHashMap<>();

  /** The times of the requests to a path, by the first bound that they keep. */
  private static final class Times {

    private final LongAdder[] counts = new LongAdder[BOUNDS.size() + 1];
    private final LongAdder nanos = new LongAdder();

    Times() {
      for (int i = 0; i < counts.length; i++) {
        counts[i] = new LongAdder();
      }
    }

    void add(long took) {
      int bound = 0;
      while (bound < BOUNDS.size() && took / NANOS > BOUNDS.get(bound)) {
        bound++;
      }
      counts[bound].increment();
      nanos.add(took);
    }
  }

  /**
   * Counts a request.
   *
   * @param path one of the server's own
   */
  void answered(String path, int status, long nanos) {
    requests
        .computeIfAbsent(
            "path=\"%s\",code=\"%d\"".formatted(path, status), label -> new LongAdder())
        .increment();
    times.computeIfAbsent(path, p -> new Times()).add(nanos);
  }

  /** Counts tokens that were read or written. */
  void tokens(int prompt, int completion) {
    tokens.computeIfAbsent("prompt", kind -> new LongAdder()).add(prompt);
    tokens.computeIfAbsent("completion", kind -> new LongAdder()).add(completion);
  }

  /**
   * All numbers.
   *
   * @param running the requests that are in work
   * @param waiting the requests that wait for a model, by its name
   */
  String text(int running, Map<String, Integer> waiting) {
    StringBuilder text = new StringBuilder();
    head(text, "flexora_requests_total", "counter", "Requests by path and status.");
    requests.forEach((label, count) -> line(text, "flexora_requests_total", label, count.sum()));
    head(text, "flexora_request_seconds", "histogram", "Time of requests by path.");
    times.forEach((path, of) -> histogram(text, path, of));
    head(text, "flexora_tokens_total", "counter", "Tokens read and written.");
    tokens.forEach(
        (kind, count) ->
            line(text, "flexora_tokens_total", "kind=\"%s\"".formatted(kind), count.sum()));
    head(text, "flexora_requests_running", "gauge", "Requests in work.");
    text.append("flexora_requests_running ").append(running).append('\n');
    head(text, "flexora_requests_waiting", "gauge", "Requests that wait for a model.");
    waiting.forEach(
        (model, count) ->
            line(
                text, "flexora_requests_waiting", "model=\"%s\"".formatted(escaped(model)), count));
    Runtime java = Runtime.getRuntime();
    head(
        text, "flexora_heap_bytes", "gauge", "Memory that Java uses, without the models' weights.");
    text.append("flexora_heap_bytes ").append(java.totalMemory() - java.freeMemory()).append('\n');
    return text.toString();
  }

  private static void histogram(StringBuilder text, String path, Times of) {
    long sum = 0;
    for (int bound = 0; bound <= BOUNDS.size(); bound++) {
      sum += of.counts[bound].sum();
      String up = bound == BOUNDS.size() ? "+Inf" : BOUNDS.get(bound).toString();
      line(
          text, "flexora_request_seconds_bucket", "path=\"%s\",le=\"%s\"".formatted(path, up), sum);
    }
    String label = "path=\"%s\"".formatted(path);
    text.append(
        String.format(
            Locale.ROOT, "flexora_request_seconds_sum{%s} %.6f%n", label, of.nanos.sum() / NANOS));
    line(text, "flexora_request_seconds_count", label, sum);
  }

  private static void head(StringBuilder text, String name, String type, String help) {
    text.append("# HELP %s %s%n# TYPE %s %s%n".formatted(name, help, name, type));
  }

  private static void line(StringBuilder text, String name, String label, long value) {
    text.append(name).append('{').append(label).append("} ").append(value).append('\n');
  }

  private static String escaped(String label) {
    return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
