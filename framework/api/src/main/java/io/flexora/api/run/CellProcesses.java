package io.flexora.api.run;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The processes that the cells of a run may run in, before there is a cell.
 *
 * @since 0.1
 */
@ProviderType
@FunctionalInterface
public interface CellProcesses {

  /**
   * Gives the command line of a process that starts as those of cells do, prints the version of
   * Java and ends with exit code 0.
   *
   * @param javaOptions options of the Java virtual machine, as for {@link CellExecution#command}
   * @throws FlexoraException if the cells of this run cannot leave this process
   */
  List<String> trial(List<String> javaOptions);
}
