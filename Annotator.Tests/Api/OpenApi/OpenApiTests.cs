using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Annotator.Tests.Support;

namespace Annotator.Tests.Api.OpenApi;

/// <summary>
/// The document that the server makes of its routes is the one that is committed: whoever changes the contract shows it. To
/// write docs/openapi.json anew, run this test with ANNOTATOR_UPDATE_OPENAPI=1 and read the difference before committing it.
/// </summary>
public sealed class OpenApiTests(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    private static readonly string File = Path.Combine(Checkout.Root, "docs", "openapi.json");
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public async Task The_committed_document_is_the_servers()
    {
        var made = await ReadAsync();
        if (Environment.GetEnvironmentVariable("ANNOTATOR_UPDATE_OPENAPI") == "1")
        {
            await System.IO.File.WriteAllTextAsync(File, made.ToJsonString(Indented) + "\n", TestContext.Current.CancellationToken);
        }

        var committed = JsonNode.Parse(await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken))!;

        Assert.True(
            JsonNode.DeepEquals(committed, made),
            $"docs/openapi.json differs in {string.Join(", ", Differences(committed, made).Take(20))}; run with ANNOTATOR_UPDATE_OPENAPI=1 and commit it.");
    }

    [Fact]
    public async Task Every_operation_has_a_name_of_its_own()
    {
        var operations = (await ReadAsync())["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!.AsObject()).ToList();

        var names = operations.Select(operation => operation["operationId"]?.GetValue<string>()).OfType<string>().ToList();

        Assert.True(operations.Count > 40, "the contract's operations are there");
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    private static IEnumerable<string> Differences(JsonNode committed, JsonNode made) =>
        from section in new[] { "paths", "schemas" }
        let before = Section(committed, section)
        let after = Section(made, section)
        from name in before.Select(member => member.Key).Union(after.Select(member => member.Key))
        where !JsonNode.DeepEquals(before[name], after[name])
        select name;

    private static JsonObject Section(JsonNode document, string name) =>
        (name == "paths" ? document["paths"] : document["components"]?["schemas"])?.AsObject() ?? [];

    private async Task<JsonNode> ReadAsync()
    {
        var answer = await app.Anonymous().Get("/api/schema/");
        return JsonNode.Parse(answer.Is(HttpStatusCode.OK).Body.GetRawText())!;
    }
}
