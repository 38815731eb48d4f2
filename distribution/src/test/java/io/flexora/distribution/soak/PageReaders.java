package io.flexora.distribution.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.distribution.soak.Counts.What;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Readers of a live page: one that wants all, one that is slow, and one that leaves. */
final class PageReaders implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int SLOW_MS = 20;

  private final HttpClient client;
  private final Counts counts;
  private final SplittableRandom random;
  private final boolean problems;
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private volatile boolean ended;

  /**
   * Makes readers that read nothing yet.
   *
   * @param problems whether the page may say that it could not read the folder
   */
  PageReaders(HttpClient client, Counts counts, SplittableRandom random, boolean problems) {
    this.client = client;
    this.counts = counts;
    this.random = random;
    this.problems = problems;
  }

  /** Begins to read a page, until it is gone. */
  synchronized void open(String address) {
    URI page = URI.create(address);
    begin(() -> readAll(page));
    begin(() -> readSlowly(page));
    SplittableRandom own = random.split();
    begin(() -> leave(page, own));
  }

  private void begin(Reading reading) {
    Thread thread = new Thread(() -> read(reading), "page-reader");
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private interface Reading {
    void read() throws IOException, InterruptedException;
  }

  /** A page that does not answer is that of a command that ends, or is stopped. */
  private void read(Reading reading) {
    while (!ended) {
      try {
        reading.read();
      } catch (IOException e) {
        pause(500);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void pause(long milliseconds) {
    try {
      TimeUnit.MILLISECONDS.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readAll(URI page) throws IOException, InterruptedException {
    while (!ended) {
      if (!body(page).contains("</html>")) {
        wrong.add("the page is not whole");
      }
      JsonNode status = status(body(page.resolve("status.json")));
      Optional<String> id = Optional.ofNullable(status.at("/cell/id").asText(null));
      if (id.isPresent()) {
        body(page.resolve("status.json?cell=" + id.get()));
      }
      pause(250);
    }
  }

  private JsonNode status(String text) {
    try {
      JsonNode status = JSON.readTree(text);
      if (status.path("state").isTextual() && (problems || !status.has("problem"))) {
        return status;
      }
    } catch (JsonProcessingException e) {
      // What is no JSON is wrong.
    }
    wrong.add("the page says " + text);
    return JSON.createObjectNode();
  }

  private String body(URI address) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(address).timeout(PATIENCE).build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      wrong.add(address + " answers " + response.statusCode() + ": " + response.body());
    }
    counts.add(What.PAGE_READS);
    counts.add(What.PAGE_BYTES, response.body().length());
    return response.body();
  }

  private void readSlowly(URI page) throws IOException {
    try (Socket socket = new Socket(page.getHost(), page.getPort())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      for (byte one : request(page)) {
        socket.getOutputStream().write(one);
        pause(SLOW_MS);
      }
      InputStream in = socket.getInputStream();
      while (!ended && in.read() >= 0) {
        counts.add(What.PAGE_SLOW);
        pause(SLOW_MS);
      }
    }
  }

  /** Asks, or asks half, and is gone. */
  private void leave(URI page, SplittableRandom random) throws IOException {
    try (Socket socket = new Socket(page.getHost(), page.getPort())) {
      OutputStream out = socket.getOutputStream();
      byte[] request = request(page);
      boolean whole = random.nextBoolean();
      out.write(request, 0, whole ? request.length : random.nextInt(request.length));
      pause(random.nextInt(100));
      if (random.nextBoolean()) {
        // The connection is reset, and not closed.
        socket.setSoLinger(true, 0);
      }
      counts.add(What.PAGE_DROPS);
    }
    pause(random.nextInt(600));
  }

  private static byte[] request(URI page) {
    return "GET / HTTP/1.1\r\nHost: %s\r\n\r\n"
        .formatted(page.getAuthority())
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** What the readers found wrong. */
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** Ends the reading. */
  @Override
  public synchronized void close() {
    ended = true;
    threads.forEach(Thread::interrupt);
  }
}
