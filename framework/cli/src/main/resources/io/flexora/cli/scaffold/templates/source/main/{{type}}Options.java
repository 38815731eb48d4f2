package {{package}};

/** The options of {@code {{name}}}: none, since a location says everything. */
public record {{type}}Options() {}
