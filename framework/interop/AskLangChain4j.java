import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Asks a server by LangChain4j, and prints its answers as JSON: ADDRESS VECTORS CHAT TEXT QUESTION
 * TOKENS.
 */
public class AskLangChain4j {

  private static String address;

  public static void main(String[] args) throws Exception {
    address = args[0];
    String text = args[3];
    String question = args[4];
    int tokens = Integer.parseInt(args[5]);
    Map<String, Object> seen = new TreeMap<>();
    seen.put("vector", embedding(args[1]).build().embed(text).content().vector());
    seen.put("dimensions", refusal(() -> embedding(args[1]).dimensions(3).build().embed(text)));
    seen.put("model", refusal(() -> embedding("none").build().embed(text)));

    ChatResponse whole =
        chat(args[2]).maxTokens(tokens).build().chat(UserMessage.from(question));
    seen.put("whole", whole.aiMessage().text());
    seen.put("tokens", whole.tokenUsage().totalTokenCount());
    seen.put("streamed", streamed(args[2], question, tokens));
    seen.put(
        "format",
        refusal(() -> chat(args[2]).responseFormat(ResponseFormat.JSON).build().chat(question)));
    seen.put("streamed_model", refusal(() -> streamed("none", question, tokens)));
    System.out.println(new ObjectMapper().writeValueAsString(seen));
  }

  private static OpenAiEmbeddingModel.OpenAiEmbeddingModelBuilder embedding(String name) {
    return OpenAiEmbeddingModel.builder()
        .baseUrl(address)
        .apiKey("none")
        .modelName(name)
        .maxRetries(0);
  }

  private static OpenAiChatModel.OpenAiChatModelBuilder chat(String name) {
    return OpenAiChatModel.builder()
        .baseUrl(address)
        .apiKey("none")
        .modelName(name)
        .temperature(0.0)
        .maxRetries(0);
  }

  private static String streamed(String name, String question, int tokens) throws Exception {
    StringBuilder pieces = new StringBuilder();
    CompletableFuture<String> end = new CompletableFuture<>();
    OpenAiStreamingChatModel.builder()
        .baseUrl(address)
        .apiKey("none")
        .modelName(name)
        .temperature(0.0)
        .maxTokens(tokens)
        .build()
        .chat(
            question,
            new StreamingChatResponseHandler() {
              @Override
              public void onPartialResponse(String piece) {
                pieces.append(piece);
              }

              @Override
              public void onCompleteResponse(ChatResponse response) {
                end.complete(pieces.toString());
              }

              @Override
              public void onError(Throwable error) {
                end.completeExceptionally(error);
              }
            });
    try {
      return end.get();
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  private interface Asking {
    Object ask() throws Exception;
  }

  private static String refusal(Asking asking) throws Exception {
    try {
      asking.ask();
      return "answered";
    } catch (InvalidRequestException e) {
      return "invalid";
    } catch (ModelNotFoundException e) {
      return "missing";
    }
  }
}
