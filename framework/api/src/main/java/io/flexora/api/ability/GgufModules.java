package io.flexora.api.ability;

import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plugin.Doc;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A {@link BaseModel} of an architecture that llama.cpp has: how its GGUF files name the matrices
 * that can be adapted.
 *
 * @since 0.1
 */
@ConsumerType
@Doc("Name its modules as llama.cpp does.")
public interface GgufModules extends ModelAbility {

  /**
   * A module's matrix in a GGUF file.
   *
   * @param tensor its name, such as {@code blk.3.attn_q.weight}
   * @param rows the row of the module's matrix that stands at each place in the file; empty where
   *     rows have their own order
   */
  record Matrix(String tensor, List<Integer> rows) {

    /** Copies the rows. */
    public Matrix {
      rows = List.copyOf(rows);
    }
  }

  /** The architecture, as {@code general.architecture} has it, such as {@code llama}. */
  String ggufArchitecture();

  /**
   * The matrix of a module in a GGUF file.
   *
   * @throws io.flexora.api.run.FlexoraException if such files have none for it
   */
  Matrix ggufMatrix(AdapterSite site);
}
