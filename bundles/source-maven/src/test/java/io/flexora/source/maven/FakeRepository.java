package io.flexora.source.maven;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A Maven repository on this machine that can misbehave; it also serves as a proxy. */
final class FakeRepository implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final AtomicInteger truncations = new AtomicInteger();
  private volatile int status = 200;

  FakeRepository() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/repo";
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** The paths that were asked for, as they stood in the request line. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** The Authorization headers that came. */
  List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  /** Serves a file with its SHA-1. */
  FakeRepository file(String path, byte[] content) {
    return file(path, content, sha1(content));
  }

  /** Serves a file with what stands for its SHA-1. */
  FakeRepository file(String path, byte[] content, String sha1) {
    files.put("/repo/" + path, content);
    files.put("/repo/" + path + ".sha1", sha1.getBytes(UTF_8));
    return this;
  }

  /** Cuts the next bodies of files, not of checksums, in the middle. */
  FakeRepository truncate(int count) {
    truncations.set(count);
    return this;
  }

  /** Answers everything with that status. */
  FakeRepository status(int code) {
    status = code;
    return this;
  }

  /** A jar with one file. */
  static byte[] jar(String entry, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(exchange.getRequestURI().toString());
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (authorization != null) {
      authorizations.add(authorization);
    }
    byte[] body = files.get(path);
    if (status != 200 || body == null) {
      if (status == 401) {
        exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"repo\"");
      }
      exchange.sendResponseHeaders(status == 200 ? 404 : status, -1);
      exchange.close();
      return;
    }
    exchange.sendResponseHeaders(200, body.length);
    boolean cut = !path.endsWith(".sha1") && truncations.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    OutputStream out = exchange.getResponseBody();
    out.write(body, 0, cut ? body.length / 2 : body.length);
    out.flush();
    // Closing the exchange before the whole body is written breaks the connection.
    exchange.close();
  }

  private static String sha1(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
