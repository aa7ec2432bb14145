using System.Text.Json;
using System.Text.Json.Nodes;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Recognition;

namespace Annotator.Worker.Models;

/// <summary>What was recognised, as JSON for the page that asks the open questions.</summary>
internal static class ModelFindings
{
    /// <summary><c>{guesses: [{decoder, score, reason, questions: [{code, text, choices: [{text, description}]}]}]}</c>, best first.</summary>
    public static string Write(RecognisedModel found) => new JsonObject
    {
        ["guesses"] = new JsonArray([.. found.Guesses.Select(guess => new JsonObject
        {
            ["decoder"] = guess.Description.Decoder,
            ["score"] = guess.Score,
            ["reason"] = guess.Reason,
            ["questions"] = new JsonArray([.. guess.Questions.Select(question => new JsonObject
            {
                ["code"] = question.Code,
                ["text"] = question.Text,
                ["choices"] = new JsonArray([.. question.Choices.Select(choice => new JsonObject { ["text"] = choice.Text, ["description"] = JsonNode.Parse(ModelJson.Write(choice.Description)) })]),
            })]),
        })]),
    }.ToJsonString(JsonSerializerOptions.Web);
}
