package io.flexora.web;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.use.LoadedModel;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loaded models behind HTTP, in the form of OpenAI's interface: embeddings, classes and
 * conversations. Other programs ask it, not pages of browsers: it answers no foreign origin.
 *
 * @since 0.1
 */
public final class ModelServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ModelServer.class);

  private static final String BEARER = "Bearer ";

  /** Threads beside those of requests: of the connector, and to refuse what is too much. */
  private static final int FURTHER_THREADS = 16;

  private static final int CLIENT_GONE = 499;
  private static final int CONNECTIONS = 1024;
  private static final long IDLE_MILLIS = 30_000;
  private static final long LOOK_MILLIS = 20;

  private final Map<String, LoadedModel> models;
  private final Optional<AccessToken> token;
  private final HostNames names;
  private final Bounds bounds;
  private final Semaphore free;
  private final ServerMetrics metrics = new ServerMetrics();
  private final AtomicBoolean ending = new AtomicBoolean();
  private final Javalin server;

  /**
   * The bounds of a server.
   *
   * @param requests the most requests that are answered at once; further ones are refused
   * @param bodyBytes the most bytes of a request
   * @param inputs the most texts or rows of a request
   * @param maxTokens the most tokens of a generated text
   * @param grace the longest that the end waits for requests
   */
  public record Bounds(int requests, long bodyBytes, int inputs, int maxTokens, Duration grace) {

    /** The usual bounds: 64 requests, 4 MiB, 2048 inputs, 1024 tokens and 30 s. */
    public static final Bounds USUAL = new Bounds(64, 4 << 20, 2048, 1024, Duration.ofSeconds(30));
  }

  private ModelServer(
      Map<String, LoadedModel> models,
      Optional<String> token,
      Bounds bounds,
      String address,
      int port) {
    LivePage.requireFree("the models cannot be served at ", address, port);
    this.models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
    this.token = token.map(AccessToken::new);
    this.names = HostNames.at(address);
    this.bounds = bounds;
    this.free = new Semaphore(bounds.requests());
    this.server = LivePage.started(Javalin.create(this::configure), address, port);
  }

  /**
   * Opens a server.
   *
   * @param models the models by the names that requests give; they stay open when it is closed
   * @param token what requests have to show; empty where nobody but this machine can ask
   * @throws LivePage.NotFreeException if it cannot listen there
   * @throws FlexoraException if there is no token, but others can ask
   */
  public static ModelServer open(
      Map<String, LoadedModel> models,
      Optional<String> token,
      Bounds bounds,
      String address,
      int port) {
    if (token.isEmpty() && !LivePage.isLoopback(address)) {
      throw new FlexoraException(
          "others can reach %s, so requests need a token; name one".formatted(address));
    }
    return new ModelServer(models, token, bounds, address, port);
  }

  /** A token of 128 random bits. */
  public static String newToken() {
    return AccessToken.random().value();
  }

  private void configure(JavalinConfig config) {
    QueuedThreadPool threads = new QueuedThreadPool(bounds.requests() + FURTHER_THREADS, 1);
    threads.setDaemon(true);
    threads.setName("model-server");
    config.jetty.threadPool = threads;
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.jetty.modifyServer(
        jetty -> jetty.addBean(new NetworkConnectionLimit(CONNECTIONS, jetty)));
    config.jetty.modifyHttpConfiguration(
        http -> {
          http.setSendServerVersion(false);
          http.setIdleTimeout(IDLE_MILLIS);
        });
    ModelAnswers answers = new ModelAnswers(models, metrics, bounds);
    config.routes.before(this::admit);
    config.routes.get("/health", context -> context.result("ok\n"));
    config.routes.get("/ready", this::ready);
    config.routes.get("/metrics", this::metrics);
    config.routes.get("/v1/models", answers::models);
    config.routes.get("/v1/models/{id}", answers::model);
    post(config, "/v1/embeddings", answers::embeddings);
    post(config, "/v1/classify", answers::classify);
    post(config, "/v1/chat/completions", new ChatAnswers(models, metrics, bounds)::answer);
    config.routes.exception(Exception.class, (e, context) -> refusal(e).to(context));
    config.routes.exception(
        HttpResponseException.class,
        (e, context) ->
            ApiRefusal.of(e.getStatus(), "not_found", "there is nothing at this address")
                .to(context));
  }

  private void post(JavalinConfig config, String path, Handler handler) {
    config.routes.post(path, context -> counted(path, handler, context));
  }

  private void counted(String path, Handler handler, Context context) throws Exception {
    long began = System.nanoTime();
    boolean admitted = free.tryAcquire();
    try {
      if (!admitted) {
        throw ApiRefusal.of(
            429,
            "rate_limit_exceeded",
            "%d requests are answered already; try again later".formatted(bounds.requests()));
      }
      handler.handle(context);
    } catch (UncheckedIOException e) {
      // The client has gone, in the middle of its answer.
      context.status(CLIENT_GONE);
    } catch (RuntimeException e) {
      refusal(e).to(context);
    } finally {
      if (admitted) {
        free.release();
      }
      metrics.answered(path, context.statusCode(), System.nanoTime() - began);
    }
  }

  /** Whoever may ask: with the token, or without one on this machine and from no web page. */
  private void admit(Context context) {
    context.header("X-Content-Type-Options", "nosniff").header("Cache-Control", "no-store");
    if (context.path().equals("/health") || context.path().equals("/ready")) {
      return;
    }
    if (context.header("Origin") != null) {
      ApiRefusal.of(403, "origin", "web pages of other origins are not answered").to(context);
    } else if (token.isPresent() && !token.get().is(given(context.header("Authorization")))) {
      ApiRefusal.of(401, "invalid_api_key", "the token is missing or wrong (Authorization: Bearer)")
          .to(context);
    } else if (token.isEmpty() && !names.include(context.header("Host"))) {
      ApiRefusal.of(403, "host", "this server is asked by an address of this machine").to(context);
    } else if (ending.get()) {
      ApiRefusal.of(503, "ending", "the server is ending").to(context);
    }
  }

  private static String given(String header) {
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? header.substring(BEARER.length()).strip()
        : null;
  }

  private void ready(Context context) {
    context.status(ending.get() ? 503 : 200).result(ending.get() ? "ending\n" : "ready\n");
  }

  private void metrics(Context context) {
    Map<String, Integer> waiting = new LinkedHashMap<>();
    models.forEach((name, model) -> waiting.put(name, model.waiting()));
    context
        .contentType("text/plain; version=0.0.4; charset=utf-8")
        .result(metrics.text(running(), waiting));
  }

  private int running() {
    return bounds.requests() - free.availablePermits();
  }

  /** The refusal that a client gets for a failure. */
  static ApiRefusal refusal(Exception failure) {
    if (failure instanceof ApiRefusal refusal) {
      return refusal;
    }
    if (failure instanceof LoadedModel.QueueFullException) {
      return ApiRefusal.of(429, "rate_limit_exceeded", failure.getMessage());
    }
    if (failure instanceof LoadedModel.TooLateException) {
      return ApiRefusal.of(504, "timeout", failure.getMessage());
    }
    if (failure instanceof CancelledException) {
      return ApiRefusal.of(503, "ending", "the server is ending");
    }
    if (failure instanceof FlexoraException) {
      return ApiRefusal.of(400, "invalid_request", failure.getMessage());
    }
    LOG.warn("a request has failed", failure);
    return ApiRefusal.of(500, "internal_error", "the server has failed; its log has the cause");
  }

  /** The address of the server, such as {@code http://127.0.0.1:8000/v1}. */
  public String address() {
    return "http://" + names.shown() + ":" + server.port() + "/v1";
  }

  /** Refuses further requests, and waits for the requests in work. */
  @Override
  public void close() {
    ending.set(true);
    long end = System.nanoTime() + bounds.grace().toNanos();
    try {
      while (running() > 0 && System.nanoTime() < end) {
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop();
  }
}
