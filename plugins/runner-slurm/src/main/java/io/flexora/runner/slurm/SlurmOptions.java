package io.flexora.runner.slurm;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.run.JavaOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The options of {@code slurm}. */
public record SlurmOptions(
    @Option(doc = "the partition of the cluster; Slurm's default otherwise")
        Optional<String> partition,
    @Option(doc = "the account that the time is charged to; Slurm's default otherwise")
        Optional<String> account,
    @Option(
            doc =
                "time limit of a cell, such as 4h, in whole minutes, after which Slurm ends it and"
                    + " it counts as failed; the partition's otherwise",
            min = 0,
            minExclusive = true)
        Optional<Duration> time,
    @Option(
            doc =
                "processor cores of each cell, and threads of PyTorch in it. Numbers repeat bit for"
                    + " bit at the same number of threads only",
            byDefault = "1",
            min = 1)
        int cpus,
    @Option(doc = "memory of each cell, such as 8g; the partition's otherwise")
        Optional<String> memory,
    @Option(doc = "graphics processors of each cell", min = 1) Optional<Integer> gpus,
    @Option(doc = "generic resources of each cell as Slurm writes them, such as gpu:a100:1")
        Optional<String> gres,
    @Option(
            doc =
                "most cells at a time in each array of jobs; as many as the cluster allows"
                    + " otherwise",
            min = 1)
        Optional<Integer> parallel,
    @Option(
            doc =
                "most jobs in the queue at a time, and in one array; at most MaxArraySize of the"
                    + " cluster less one",
            byDefault = "1000",
            min = 1,
            max = 100000)
        int arraySize,
    @Option(
            doc = "most attempts at a cell whose node is lost or taken for more urgent work",
            byDefault = "3",
            min = 1)
        int attempts,
    @Option(
            doc =
                "maximum time that all jobs may wait in the queue, such as 2h, before the"
                    + " command cancels them; no limit by default",
            min = 0,
            minExclusive = true)
        Optional<Duration> startTimeout,
    @Option(
            doc = "how often Slurm is asked how far the jobs are, such as 5s",
            byDefault = "5s",
            min = 0,
            minExclusive = true)
        Duration poll,
    @Option(
            doc =
                "Java's launcher on the nodes; by default the path of the one that runs this"
                    + " command, or else that of JAVA_HOME, or java")
        Optional<String> java,
    @Option(
            doc =
                "the folder in which Flexora is installed on the nodes, if that is another one than"
                    + " here")
        Optional<Path> home,
    @Inline JavaOptions ofJava,
    @Option(
            doc =
                "further arguments of sbatch, such as --qos=long or --constraint=avx512;"
                    + " arguments that Flexora sets itself, such as --job-name, are refused",
            byDefault = "[]")
        List<String> arguments,
    @Option(doc = "the folder of sbatch, squeue, sacct and scancel, if it is not on the PATH")
        Optional<Path> commands) {

  // What the runner gives to each array, and what would change how sbatch takes and answers it.
  private static final List<String> NOT_FURTHER =
      List.of(
          "--array",
          "--chdir",
          "--clusters",
          "--cpus-per-task",
          "--error",
          "--job-name",
          "--no-requeue",
          "--nodes",
          "--ntasks",
          "--output",
          "--parsable",
          "--requeue",
          "--test-only",
          "--wait",
          "--wrap");

  /**
   * Copies the lists and checks the texts.
   *
   * @throws IllegalArgumentException if one of them cannot be read
   */
  public SlurmOptions {
    arguments = List.copyOf(arguments);
    memory.ifPresent(size -> JavaOptions.requireSize("memory", size));
    for (String argument : arguments) {
      OptionException.require(
          "arguments",
          argument.startsWith("--"),
          argument,
          "no argument of sbatch in one word, such as --qos=long");
      OptionException.require(
          "arguments",
          !isOfRunner(argument),
          argument,
          "an argument that Flexora gives itself or cannot work with; leave it out, and give cores"
              + " by cpus");
    }
  }

  /** Also where it is abbreviated, as sbatch allows. */
  private static boolean isOfRunner(String argument) {
    String name = argument.split("=", 2)[0];
    return NOT_FURTHER.stream().anyMatch(own -> own.startsWith(name));
  }

  /** What each job asks of Slurm, as arguments of sbatch. */
  List<String> request() {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("--nodes=1", "--ntasks=1", "--cpus-per-task=" + cpus));
    partition.ifPresent(name -> words.add("--partition=" + name));
    account.ifPresent(name -> words.add("--account=" + name));
    time.ifPresent(limit -> words.add("--time=" + Math.max(1, (limit.toSeconds() + 59) / 60)));
    memory.ifPresent(size -> words.add("--mem=" + size.toUpperCase(Locale.ROOT)));
    gpus.ifPresent(count -> words.add("--gpus=" + count));
    gres.ifPresent(resources -> words.add("--gres=" + resources));
    words.addAll(arguments);
    return words;
  }
}
