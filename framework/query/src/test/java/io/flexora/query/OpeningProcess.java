package io.flexora.query;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.machine.MemorySize;
import java.sql.SQLException;

/** Opens a database in a process of its own, whose folder for temporary files is its own, too. */
final class OpeningProcess {

  private OpeningProcess() {}

  public static void main(String[] arguments) throws SQLException {
    try {
      Database.open(MemorySize.parse("64m")).close();
      System.out.println("opened");
    } catch (FlexoraException e) {
      System.out.println(e.getMessage());
    }
  }
}
