package io.flexora.runner.spark.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs cells as jobs of a Spark application, one job with one task for each, for a parent process
 * that it talks with in lines of JSON, and ends when that closes its input.
 *
 * <p>It is told {@code {"conf": {...}, "start_seconds": 120}} first, then {@code {"run": ID,
 * "java", "words", "environment", "working_folder", "folder", "log"}} and {@code {"cancel": ID}}.
 * It says {@code {"ready": CORES}}, then {@code {"started": ID, "host": NAME}}, {@code {"ended":
 * ID, "code": N}}, with {@code "cause": TEXT} where the process could not begin, or {@code {"lost":
 * ID, "cause": TEXT}}; or {@code {"fatal": TEXT}} and ends.
 */
public final class SparkDriver {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LOOK_MILLIS = 100;
  private static final Pattern STACK = Pattern.compile("(?s)\\R\\s*(at |Driver stacktrace).*");

  private final PrintStream answers;
  private final ExecutorService jobs = Executors.newCachedThreadPool(SparkDriver::thread);

  private SparkDriver(PrintStream answers) {
    this.answers = answers;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "cell-job");
    thread.setDaemon(true);
    return thread;
  }

  /** Runs until the input ends. */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    // Whatever a library prints is no answer.
    System.setOut(System.err);
    int code = 0;
    try (BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      new SparkDriver(answers).run(orders);
    } catch (Exception | LinkageError e) {
      e.printStackTrace(System.err);
      new SparkDriver(answers).say(Map.of("fatal", brief(e)));
      code = 1;
    }
    System.exit(code);
  }

  private void run(BufferedReader orders) throws IOException, InterruptedException {
    JsonNode first = JSON.readTree(orders.readLine());
    SparkConf conf = new SparkConf();
    first.get("conf").properties().forEach(e -> conf.set(e.getKey(), e.getValue().asText()));
    conf.setJars(JavaSparkContext.jarOfClass(SparkDriver.class));
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      RunningTasks tasks = new RunningTasks(this::started);
      spark.sc().addSparkListener(tasks);
      if (!hasExecutors(spark, first.get("start_seconds").asLong(), orders)) {
        return;
      }
      say(Map.of("ready", executors(spark)));
      for (String line = orders.readLine(); line != null; line = orders.readLine()) {
        obey(spark, tasks, JSON.readTree(line));
      }
      spark.cancelAllJobs();
      // A job is over at once, and its task when the process of the cell has ended.
      tasks.awaitEnds();
    }
  }

  private boolean hasExecutors(JavaSparkContext spark, long seconds, BufferedReader orders)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (executors(spark) == 0) {
      if (System.nanoTime() > end) {
        say(
            Map.of(
                "fatal",
                "%s has started no executor within %d s; has it the cores and the memory for one (%s), and does it reach this machine?"
                    .formatted(spark.master(), seconds, size(spark.getConf()))));
        return false;
      }
      if (orders.ready() && orders.readLine() == null) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return true;
  }

  private static String size(SparkConf conf) {
    String beside = conf.get("spark.executor.memoryOverhead", "");
    return "%s cores, %s%s"
        .formatted(
            conf.get("spark.executor.cores"),
            conf.get("spark.executor.memory"),
            beside.isEmpty() ? "" : " and " + beside + " beside it");
  }

  /** The driver itself is in the list; of a master in its own process it is the only one. */
  private static int executors(JavaSparkContext spark) {
    int all = spark.statusTracker().getExecutorInfos().length;
    return spark.isLocal() ? all : all - 1;
  }

  private void obey(JavaSparkContext spark, RunningTasks tasks, JsonNode order) {
    if (order.has("run")) {
      String id = order.get("run").asText();
      CellTask task =
          new CellTask(
              order.get("java").asText(),
              texts(order.get("words")),
              variables(order.get("environment")),
              order.get("working_folder").asText(),
              order.get("folder").asText(),
              order.get("log").asText());
      // Begun here and only awaited elsewhere: jobs run in the order in which they were begun.
      spark.setJobGroup(id, id, false);
      Future<List<Map<String, Object>>> job =
          spark.parallelize(List.of(1), 1).map(task).collectAsync();
      jobs.execute(() -> await(job, tasks, id));
    } else if (order.has("cancel")) {
      spark.cancelJobGroup(order.get("cancel").asText());
    }
  }

  private void await(Future<List<Map<String, Object>>> job, RunningTasks tasks, String id) {
    try {
      say(answer("ended", id, job.get().get(0)));
    } catch (ExecutionException e) {
      tasks.awaitEnd(id);
      say(answer("lost", id, Map.of("cause", brief(e.getCause()))));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void started(String id, String host) {
    say(answer("started", id, Map.of("host", host)));
  }

  private static Map<String, Object> answer(String what, String id, Map<String, Object> further) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put(what, id);
    answer.putAll(further);
    return answer;
  }

  private static String brief(Throwable e) {
    return STACK.matcher(String.valueOf(e.getMessage())).replaceFirst("").strip();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  private static Map<String, String> variables(JsonNode object) {
    Map<String, String> variables = new TreeMap<>();
    object.properties().forEach(e -> variables.put(e.getKey(), e.getValue().asText()));
    return variables;
  }

  private synchronized void say(Map<String, Object> answer) {
    try {
      answers.println(JSON.writeValueAsString(answer));
      answers.flush();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
