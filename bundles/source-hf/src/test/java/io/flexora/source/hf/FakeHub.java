package io.flexora.source.hf;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Hub on this machine, with a second host that sends large files; both can misbehave. */
final class FakeHub implements AutoCloseable {
  private static final Pattern API =
      Pattern.compile("/api/(models|datasets)/(.+?)/(revision|tree)/([^/]+)(?:/(.*))?");
  private static final Pattern RESOLVE =
      Pattern.compile("/(datasets/)?((?:[^/]+/)?[^/]+)/resolve/([^/]+)/(.+)");
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-");
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, FakeRepo> repos = new ConcurrentHashMap<>();
  private final Map<String, String> renamed = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private final List<String> foreignTokens = new CopyOnWriteArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger cuts = new AtomicInteger();
  private final AtomicInteger stalls = new AtomicInteger();
  private final HttpServer hub;
  private final HttpServer store;
  private volatile int failureStatus;
  private volatile String retryAfter = "";
  private volatile boolean ignoresRanges;
  private volatile boolean hidesSizes;
  private volatile int pageSize = 1000;
  private volatile String acceptedToken = "";
  private volatile String nextPage = "";

  FakeHub() throws IOException {
    hub = server(this::answer);
    store = server(this::send);
  }

  /** Serves by hand until it is ended: to compare with other programs. */
  public static void main(String[] arguments) throws IOException {
    FakeHub hub = new FakeHub();
    byte[] weights = "weights ".repeat(100_000).getBytes(UTF_8);
    hub.repo("models/org/tiny")
        .small("config.json", "{\"model_type\": \"llama\"}")
        .small("README.md", "# Tiny\n")
        .small("tokenizer.json", "{}")
        .small("sub/notes.txt", "notes")
        .large("model.safetensors", weights)
        .large("pytorch_model.bin", weights);
    hub.repo("datasets/org/rows").small("data/train.jsonl", "{}\n").small("data/test.jsonl", "\n");
    System.out.println(hub.url());
  }

  private HttpServer server(com.sun.net.httpserver.HttpHandler handler) throws IOException {
    // Otherwise the kernel keeps each answer back for 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> handle(exchange, handler));
    server.setExecutor(threads);
    server.start();
    return server;
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  int port() {
    return hub.getAddress().getPort();
  }

  /** A repository, such as {@code models/org/name}; it is made if it is not there. */
  FakeRepo repo(String name) {
    return repos.computeIfAbsent(name, n -> new FakeRepo());
  }

  /** Redirects an old name of a model to its new one. */
  FakeHub rename(String old, String now) {
    renamed.put(old, now);
    return this;
  }

  /** What was asked for: method, path with query, and range. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  void forgetRequests() {
    requests.clear();
  }

  /** The Authorization headers that came to the Hub. */
  List<String> tokens() {
    return List.copyOf(tokens);
  }

  /** The Authorization headers that came to the host of large files. */
  List<String> foreignTokens() {
    return List.copyOf(foreignTokens);
  }

  /** Answers the next requests with a status. */
  FakeHub fail(int times, int status, String after) {
    failureStatus = status;
    retryAfter = after;
    failures.set(times);
    return this;
  }

  /** Cuts the next bodies of large files in the middle of what is asked for. */
  FakeHub cut(int times) {
    cuts.set(times);
    return this;
  }

  /** Stops in the middle of the next bodies of large files without ending them. */
  FakeHub stall(int times) {
    stalls.set(times);
    return this;
  }

  FakeHub ignoreRanges() {
    ignoresRanges = true;
    return this;
  }

  /** Gives no sizes of small files in headers. */
  FakeHub hideSizes() {
    hidesSizes = true;
    return this;
  }

  FakeHub pages(int size) {
    pageSize = size;
    return this;
  }

  /** Goes on with each list at an address, in which {@code %d} is another number each time. */
  FakeHub next(String address) {
    nextPage = address;
    return this;
  }

  /** The token that opens gated repositories. */
  FakeHub accept(String token) {
    acceptedToken = token;
    return this;
  }

  private void handle(HttpExchange exchange, com.sun.net.httpserver.HttpHandler handler)
      throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + (range == null ? "" : " " + range));
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    if (token != null) {
      (exchange.getLocalAddress().getPort() == port() ? tokens : foreignTokens).add(token);
    }
    try (exchange) {
      if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        if (!retryAfter.isEmpty()) {
          exchange.getResponseHeaders().add("Retry-After", retryAfter);
        }
        exchange.sendResponseHeaders(failureStatus, -1);
      } else {
        handler.handle(exchange);
      }
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    Matcher api = API.matcher(path);
    Matcher resolve = RESOLVE.matcher(path);
    if (path.startsWith("/api/resolve-cache/")) {
      sendSmall(exchange, path.substring("/api/resolve-cache/".length()));
    } else if (api.matches()) {
      tell(exchange, api);
    } else if (resolve.matches()) {
      resolve(exchange, resolve);
    } else {
      error(exchange, 404, "");
    }
  }

  private void tell(HttpExchange exchange, Matcher api) throws IOException {
    FakeRepo repo = repos.get(api.group(1) + "/" + now(api.group(2)));
    String commit = repo == null ? null : repo.commit(decoded(api.group(4)));
    if (repo == null) {
      error(
          exchange,
          exchange.getRequestHeaders().containsKey("Authorization") ? 404 : 401,
          "RepoNotFound");
    } else if (commit == null) {
      error(exchange, 404, "RevisionNotFound");
    } else if (api.group(3).equals("revision")) {
      ObjectNode told = json.createObjectNode().put("id", api.group(2)).put("sha", commit);
      ArrayNode siblings = told.putArray("siblings");
      repo.files().keySet().forEach(p -> siblings.addObject().put("rfilename", p));
      json(exchange, told);
    } else {
      tree(exchange, repo, api.group(5) == null ? "" : decoded(api.group(5)));
    }
  }

  private void tree(HttpExchange exchange, FakeRepo repo, String folder) throws IOException {
    List<String> paths =
        repo.files().keySet().stream()
            .filter(p -> folder.isEmpty() || p.startsWith(folder + "/"))
            .toList();
    if (paths.isEmpty()) {
      error(exchange, 404, "EntryNotFound");
      return;
    }
    Matcher cursor =
        Pattern.compile("cursor=([0-9]+)").matcher(exchange.getRequestURI().getQuery());
    int from = cursor.find() ? Integer.parseInt(cursor.group(1)) : 0;
    int to = Math.min(paths.size(), from + pageSize);
    if (!nextPage.isEmpty()) {
      exchange
          .getResponseHeaders()
          .add("Link", "<%s>; rel=\"next\"".formatted(nextPage.formatted(requests.size())));
    } else if (to < paths.size()) {
      exchange
          .getResponseHeaders()
          .add(
              "Link",
              "<%s%s?recursive=true&cursor=%d>; rel=\"next\""
                  .formatted(url(), exchange.getRequestURI().getRawPath(), to));
    }
    ArrayNode entries = json.createArrayNode();
    entries.addObject().put("type", "directory").put("oid", "0".repeat(40)).put("path", "sub");
    paths.subList(from, to).forEach(p -> entry(entries.addObject(), p, repo.files().get(p)));
    json(exchange, entries);
  }

  private static void entry(ObjectNode node, String path, FakeRepo.Stored file) {
    node.put("type", "file").put("path", path).put("size", file.size()).put("oid", file.blobId());
    if (file.isLarge()) {
      node.putObject("lfs")
          .put("oid", file.sha256())
          .put("size", file.size())
          .put("pointerSize", 130);
      node.put("xetHash", "f".repeat(64));
    }
  }

  private void resolve(HttpExchange exchange, Matcher asked) throws IOException {
    String kind = asked.group(1) == null ? "models" : "datasets";
    String id = asked.group(2);
    if (renamed.containsKey(id)) {
      exchange
          .getResponseHeaders()
          .add(
              "Location",
              "/%s/resolve/%s/%s".formatted(renamed.get(id), asked.group(3), asked.group(4)));
      exchange.sendResponseHeaders(307, -1);
      return;
    }
    FakeRepo repo = repos.get(kind + "/" + id);
    String commit = repo == null ? null : repo.commit(decoded(asked.group(3)));
    if (repo == null) {
      error(exchange, 401, "RepoNotFound");
    } else if (commit == null) {
      error(exchange, 404, "RevisionNotFound");
    } else if (repo.isGated() && !isAccepted(exchange)) {
      error(
          exchange,
          exchange.getRequestHeaders().containsKey("Authorization") ? 403 : 401,
          "GatedRepo");
    } else {
      exchange.getResponseHeaders().add("X-Repo-Commit", commit);
      file(exchange, kind + "/" + id, commit, asked.group(4));
    }
  }

  private boolean isAccepted(HttpExchange exchange) {
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    return token != null && token.equals("Bearer " + acceptedToken);
  }

  private void file(HttpExchange exchange, String repo, String commit, String path)
      throws IOException {
    FakeRepo.Stored file = repos.get(repo).files().get(decoded(path));
    if (file == null) {
      error(exchange, 404, "EntryNotFound");
    } else if (file.isLarge()) {
      exchange.getResponseHeaders().add("X-Linked-Etag", '"' + file.sha256() + '"');
      exchange.getResponseHeaders().add("X-Linked-Size", String.valueOf(file.size()));
      exchange.getResponseHeaders().add("ETag", "\"pointer\"");
      exchange
          .getResponseHeaders()
          .add(
              "Location",
              "http://127.0.0.1:%d/%s?Signature=secret"
                  .formatted(store.getAddress().getPort(), file.sha256()));
      exchange.sendResponseHeaders(302, -1);
    } else {
      exchange
          .getResponseHeaders()
          .add("Location", "/api/resolve-cache/%s@%s/%s".formatted(repo, commit, path));
      exchange.sendResponseHeaders(307, -1);
    }
  }

  private void sendSmall(HttpExchange exchange, String path) throws IOException {
    String[] parts = path.split("@", 2);
    String commit = parts[1].substring(0, 40);
    FakeRepo.Stored file = repos.get(parts[0]).files().get(decoded(parts[1].substring(41)));
    exchange.getResponseHeaders().add("X-Repo-Commit", commit);
    exchange.getResponseHeaders().add("ETag", "W/\"" + file.blobId() + '"');
    send(exchange, file);
  }

  private void send(HttpExchange exchange) throws IOException {
    String hash = exchange.getRequestURI().getPath().substring(1);
    send(
        exchange,
        repos.values().stream()
            .flatMap(r -> r.files().values().stream())
            .filter(f -> f.sha256().equals(hash))
            .findFirst()
            .orElseThrow());
  }

  private void send(HttpExchange exchange, FakeRepo.Stored file) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      if (!hidesSizes) {
        exchange.getResponseHeaders().add("Content-Length", String.valueOf(file.size()));
      }
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    String asked = exchange.getRequestHeaders().getFirst("Range");
    Matcher range = RANGE.matcher(asked == null || ignoresRanges ? "" : asked);
    int from = range.matches() ? Integer.parseInt(range.group(1)) : 0;
    byte[] body = Arrays.copyOfRange(file.sent(), from, file.sent().length);
    if (range.matches()) {
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, file.sent().length - 1, file.sent().length));
    }
    exchange.sendResponseHeaders(range.matches() ? 206 : 200, body.length == 0 ? -1 : body.length);
    boolean cut = file.isLarge() && cuts.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    boolean stall = file.isLarge() && stalls.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    exchange.getResponseBody().write(body, 0, cut || stall ? body.length / 2 : body.length);
    exchange.getResponseBody().flush();
    if (stall) {
      pause();
    }
    // Closing the exchange before the whole body is written breaks the connection.
  }

  private static void pause() {
    try {
      Thread.sleep(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String now(String id) {
    return renamed.getOrDefault(id, id);
  }

  private void json(HttpExchange exchange, Object value) throws IOException {
    byte[] body = json.writeValueAsBytes(value);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private static void error(HttpExchange exchange, int status, String code) throws IOException {
    if (!code.isEmpty()) {
      exchange.getResponseHeaders().add("X-Error-Code", code);
    }
    if (code.equals("EntryNotFound")) {
      exchange.getResponseHeaders().add("X-Repo-Commit", FakeRepo.COMMIT);
    }
    exchange.sendResponseHeaders(status, -1);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  @Override
  public void close() {
    hub.stop(0);
    store.stop(0);
    threads.shutdownNow();
  }
}
