using System.CommandLine;
using System.Text.Json;
using Annotator.Cli.Output;
using Annotator.Client;
using Annotator.Client.Models;

namespace Annotator.Cli.Server;

/// <summary><c>annotator model</c>: the server's registry of models.</summary>
internal static class ModelCommands
{
    public static Command Create()
    {
        var command = new Command("model", "Models that label: what the server has, and new ones") { List(), Show(), Upload(), Update(), Check(), Delete() };
        command.Aliases.Add("models");
        return command;
    }

    private static Command List()
    {
        var kind = new Option<string?>("--kind") { Description = "detector, interactor, tracker, classifier or embedder" };
        var command = new Command("list", "List models") { kind };
        var options = new ListOptions(command);
        return command.Speaking(async (context, client, cancel) => context.List(
            await options.ReadAsync(context, client.Models.ListAsync, new Dictionary<string, string?> { ["kind"] = context.Get(kind) }, cancel),
            new TextTable("id", "name", "version", "kind", "state", "owner", "ms per image", "device"),
            model => [model.Id, model.Name, model.Version, model.Kind, model.State, model.Owner?.Username, Milliseconds(model), model.Speed?.Device]));
    }

    private static Command Show()
    {
        var id = new Argument<int>("ID");
        return new Command("show", "Show a model: what it is, what it finds, where it runs and why there; --json has its whole description") { id }
            .Speaking(async (context, client, cancel) => Told(context, await client.Models.GetAsync(context.Get(id), cancel)));
    }

    private static Command Upload()
    {
        var files = new Argument<string[]>("FILE") { Arity = ArgumentArity.OneOrMore, Description = "The .onnx file or files, and what lies beside: classes.txt, model.json, config.json, X-AnyLabeling's YAML" };
        var name = new Option<string?>("--name") { Description = "The model's name; left out, that of its first file" };
        var series = new Option<int?>("--version-of") { Description = "Make it the next version of this model", HelpName = "ID" };
        var visibility = new Option<string?>("--visibility") { Description = "Who sees it" };
        visibility.AcceptOnlyFromAmong("owner", "everyone");
        var license = new Option<string?>("--license") { Description = "A note on its licence" };
        var notes = new Option<string?>("--notes");
        return new Command("upload", "Upload a model, and have the server look what it is; ends with 1 when it is refused") { files, name, series, visibility, license, notes }
            .Speaking(async (context, client, cancel) =>
            {
                var paths = context.Get(files)!;
                if (paths.FirstOrDefault(path => !File.Exists(path)) is { } missing)
                {
                    throw CommandException.NotFound($"There is no file {missing}.");
                }

                var model = await client.Models.CreateAsync(
                    new NewModel(context.Get(name) ?? Path.GetFileNameWithoutExtension(paths[0]), context.Get(series), context.Get(visibility), context.Get(license), context.Get(notes)), cancel);
                foreach (var path in paths)
                {
                    await using var content = File.OpenRead(path);
                    await client.Uploads.UploadAsync(ModelsApi.FilesAddress(model.Id), Path.GetFileName(path), content, cancel);
                }

                return await CheckedAsync(context, client, model.Id, cancel);
            });
    }

    private static Command Update()
    {
        var id = new Argument<int>("ID");
        var description = new Option<string?>("--description") { Description = "A model.json that takes the place of what was understood; it is checked against the files", HelpName = "FILE" };
        var changes = new Changes().Text("--name", "name").Text("--visibility", "visibility", "Who sees it", "owner", "everyone").Text("--license", "license").Text("--notes", "notes");
        var command = changes.AddTo(new Command("update", "Change a model") { id, description });
        return command.Speaking(async (context, client, cancel) =>
        {
            var fields = new Dictionary<string, object?>();
            if (context.Get(description) is { } file)
            {
                fields["description"] = Json(file);
            }

            if (fields.Count == 0 || changes.Any(context))
            {
                foreach (var (field, value) in await changes.ReadAsync(context, client, cancel))
                {
                    fields[field] = value;
                }
            }

            var model = await client.Models.UpdateAsync(context.Get(id), fields, cancel);
            return context.Done(model, $"Model {model.Id} is changed: {model.Name}");
        });
    }

    private static Command Check()
    {
        var id = new Argument<int>("ID");
        return new Command("check", "Have the server look once more what a model is; ends with 1 when it is refused") { id }
            .Speaking((context, client, cancel) => CheckedAsync(context, client, context.Get(id), cancel));
    }

    private static Command Delete() => Deleting.Command("model", "Delete a model and its files; annotations stay", (client, id, cancel) => client.Models.DeleteAsync(id, cancel));

    private static async Task<int> CheckedAsync(CommandContext context, AnnotatorClient client, int id, CancellationToken cancel)
    {
        var started = await client.Models.FinishFilesAsync(id, cancel);
        await client.FinishAsync(context, started.RqId, cancel);
        var model = await client.Models.GetAsync(id, cancel);
        Told(context, model);
        return model.State == ModelStates.Refused ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static int Told(CommandContext context, ModelInfo model) => context.One(
        model,
        ("id", model.Id), ("name", model.Name), ("version", model.Version), ("kind", model.Kind), ("state", model.State), ("message", model.Message), ("owner", model.Owner?.Username),
        ("visibility", model.Visibility), ("license", model.License), ("classes", Classes(model)), ("ms per image", Milliseconds(model)), ("device", model.Speed?.Device),
        ("why there", model.Speed?.Reason), ("files", string.Join(", ", model.Files.Select(file => file.Name))));

    private static double? Milliseconds(ModelInfo model) => model.Speed is { } speed ? Math.Round(speed.MillisecondsPerImage, 2) : null;

    private static string Classes(ModelInfo model) =>
        model.Description is { ValueKind: JsonValueKind.Object } description && description.TryGetProperty("labels", out var labels) && labels.ValueKind == JsonValueKind.Array
            ? string.Join(", ", labels.EnumerateArray().Select(label => label.TryGetProperty("name", out var name) ? name.GetString() : null)) : "";

    private static JsonElement Json(string file)
    {
        if (!File.Exists(file))
        {
            throw CommandException.NotFound($"There is no file {file}.");
        }

        try
        {
            return JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(file));
        }
        catch (JsonException error)
        {
            throw CommandException.BadUsage($"{file} is no JSON: {error.Message}");
        }
    }
}
