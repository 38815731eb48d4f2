package io.flexora.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.run.FlexoraException;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpSchema.ToolAnnotations;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A server of the Model Context Protocol whose tools are calls of the control interface.
 *
 * @since 0.1
 */
public final class ToolServer implements AutoCloseable {

  private static final String INSTRUCTIONS =
      "Fine-tuning runs of Flexora. Begin with runs. For numbers over many runs use query, first"
          + " without sql for the views and their columns.";

  private final McpSyncServer server;
  private final CountDownLatch ended = new CountDownLatch(1);

  private ToolServer(List<ControlCall> calls, String version, InputStream in, OutputStream out) {
    ObjectMapper mapper = new ObjectMapper();
    JacksonMcpJsonMapper json = new JacksonMcpJsonMapper(mapper);
    StdioServerTransportProvider transport =
        new StdioServerTransportProvider(json, new Watched(in, ended), out);
    this.server =
        McpServer.sync(transport)
            .serverInfo("flexora", version)
            .instructions(INSTRUCTIONS)
            // Calls check their arguments themselves.
            .jsonMapper(json)
            .jsonSchemaValidator(
                (schema, value) -> ValidationResponse.asValid(String.valueOf(value)))
            .capabilities(ServerCapabilities.builder().tools(false).build())
            .tools(calls.stream().map(call -> tool(call, mapper)).toList())
            .build();
  }

  /**
   * Serves calls as tools, in messages of a line each.
   *
   * @param version the version of the program
   */
  public static ToolServer serve(
      List<ControlCall> calls, String version, InputStream in, OutputStream out) {
    return new ToolServer(calls, version, in, out);
  }

  private static SyncToolSpecification tool(ControlCall call, ObjectMapper mapper) {
    Tool tool =
        Tool.builder(call.name(), call.schema())
            .description(call.doc())
            .annotations(
                new ToolAnnotations(
                    call.name(), !call.changes(), false, !call.changes(), false, false))
            .build();
    return SyncToolSpecification.builder()
        .tool(tool)
        .callHandler((exchange, request) -> answer(call, mapper.valueToTree(request.arguments())))
        .build();
  }

  private static CallToolResult answer(ControlCall call, JsonNode arguments) {
    try {
      Map<String, Object> json = call.answer(arguments);
      return CallToolResult.builder().addTextContent(StatusJson.text(json)).isError(false).build();
    } catch (FlexoraException e) {
      return CallToolResult.builder().addTextContent(e.getMessage()).isError(true).build();
    }
  }

  /** Waits until the client closes its end. */
  public void await() throws InterruptedException {
    ended.await();
  }

  @Override
  public void close() {
    server.closeGracefully();
  }

  /** A stream that reports its end. */
  private static final class Watched extends FilterInputStream {

    private final CountDownLatch ended;

    Watched(InputStream in, CountDownLatch ended) {
      super(in);
      this.ended = ended;
    }

    @Override
    public int read() throws IOException {
      return told(super.read());
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      return told(super.read(bytes, from, length));
    }

    private int told(int read) {
      if (read < 0) {
        ended.countDown();
      }
      return read;
    }
  }
}
