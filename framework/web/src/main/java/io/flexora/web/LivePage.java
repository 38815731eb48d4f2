package io.flexora.web;

import io.flexora.api.run.FlexoraException;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.util.JavalinBindException;
import io.javalin.util.JavalinException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A page that shows a comparison while it runs, and after: cells done and to do, losses, time left
 * and errors. It answers two kinds of request, for itself at {@code /} and for the figures at
 * {@code /status.json}, reads nothing but the comparison's folder, and changes nothing.
 *
 * @since 0.1
 */
public final class LivePage implements AutoCloseable {

  /** The address at which nobody but this machine can ask. */
  public static final String LOOPBACK = "127.0.0.1";

  private static final int MOST_THREADS = 8;
  private static final int FORBIDDEN = 403;
  private static final int NOT_ALLOWED = 405;

  private final Supplier<Optional<Path>> folder;
  private final HostNames names;
  private final PageText page = PageText.load();
  private final Javalin server;
  private Optional<ComparisonStatus> status = Optional.empty();

  private LivePage(Supplier<Optional<Path>> folder, String address, int port) {
    this.folder = folder;
    this.names = HostNames.at(address);
    this.server = started(Javalin.create(this::configure), address, port);
  }

  /**
   * Opens the page of a comparison.
   *
   * @param folder the comparison's folder
   * @param address where to listen; {@link #LOOPBACK}, unless others shall see it too
   * @param port the port, or 0 for any that is free
   * @throws FlexoraException if it cannot listen there
   */
  public static LivePage open(Path folder, String address, int port) {
    return open(() -> Optional.of(folder), address, port);
  }

  /**
   * Opens the page of a comparison that has no folder yet.
   *
   * @param folder the comparison's folder, as soon as there is one
   * @param address as above
   * @param port as above
   * @throws FlexoraException as above
   */
  public static LivePage open(Supplier<Optional<Path>> folder, String address, int port) {
    return new LivePage(folder, address, port);
  }

  /** Whether nobody but this machine can ask at an address. */
  public static boolean isLoopback(String address) {
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static Javalin started(Javalin server, String address, int port) {
    // Jetty's threads load their classes through it, wherever this is called from.
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(Javalin.class.getClassLoader());
    try {
      return server.start(address, port);
    } catch (JavalinBindException e) {
      throw new FlexoraException(
          "the page cannot be shown at %s:%d: another program has the port, or the address is not this machine's. Name another port, or 0 for any that is free"
              .formatted(address, port),
          e);
    } catch (JavalinException e) {
      throw new FlexoraException(
          "the page cannot be shown at %s:%d: %s".formatted(address, port, e.getMessage()), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private void configure(JavalinConfig config) {
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 1);
    threads.setDaemon(true);
    threads.setName("live-page");
    config.jetty.threadPool = threads;
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    config.routes.before(this::admit);
    config.routes.get("/", this::page);
    config.routes.get("/status.json", this::status);
  }

  /** Lets in who asks for this page by one of its own names, and only asks. */
  private void admit(Context context) {
    page.headers().forEach(context::header);
    if (!names.include(context.header("Host"))) {
      refuse(context, FORBIDDEN, "this page is asked for by an address of this machine");
    } else if (!context.method().name().equals("GET")) {
      refuse(context, NOT_ALLOWED, "this page can only be looked at");
    }
  }

  private static void refuse(Context context, int code, String why) {
    context.status(code).contentType("text/plain; charset=utf-8").result(why + "\n");
    context.skipRemainingHandlers();
  }

  private void page(Context context) {
    context.contentType("text/html; charset=utf-8").result(page.html());
  }

  private void status(Context context) {
    Map<String, Object> json = new LinkedHashMap<>();
    try {
      json.putAll(json(Optional.ofNullable(context.queryParam("cell"))));
    } catch (FlexoraException e) {
      json.putAll(ComparisonStatus.preparing());
      json.put("problem", e.getMessage());
    }
    context.contentType("application/json; charset=utf-8").result(StatusJson.text(json));
  }

  private synchronized Map<String, Object> json(Optional<String> cell) {
    if (status.isEmpty()) {
      status = folder.get().map(path -> new ComparisonStatus(path, InstantSource.system()));
    }
    return status.map(known -> known.json(cell)).orElseGet(ComparisonStatus::preparing);
  }

  /** Where the page is, such as {@code http://127.0.0.1:8080/}. */
  public String address() {
    return "http://" + names.shown() + ":" + server.port() + "/";
  }

  @Override
  public void close() {
    server.stop();
  }
}
