using System.CommandLine;
using Annotator.Cli.Output;
using Annotator.Client.CloudStorages;

namespace Annotator.Cli.Server;

/// <summary><c>annotator storage</c></summary>
internal static class StorageCommands
{
    private const int MostListed = 10_000;

    public static Command Create()
    {
        var command = new Command("storage", "Cloud storages: buckets and containers that tasks take files from") { List(), Add(), Content(), Delete() };
        command.Aliases.Add("storages");
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "List cloud storages");
        var options = new ListOptions(command);
        return command.Speaking(async (context, client, cancel) => context.List(
            await options.ReadAsync(context, client.CloudStorages.ListAsync, new Dictionary<string, string?>(), cancel),
            new TextTable("id", "name", "kind", "bucket", "owner"),
            storage => [storage.Id, storage.DisplayName, storage.ProviderType, storage.Resource, storage.Owner?.Username]));
    }

    private static Command Add()
    {
        var name = new Argument<string>("NAME");
        var bucket = new Argument<string>("BUCKET") { Description = "The bucket's or container's name" };
        var kind = new Option<string>("--kind") { Description = "s3, azure or google", DefaultValueFactory = _ => "s3" };
        kind.AcceptOnlyFromAmong("s3", "azure", "google");
        var key = new Option<string?>("--key") { Description = "The access key's id" };
        var endpoint = new Option<string?>("--endpoint") { Description = "Where the service is, if not at its provider's" };
        var region = new Option<string?>("--region");
        var open = new Option<bool>("--anonymous") { Description = "The bucket is open to everybody" };
        var account = new Option<string?>("--account") { Description = "The account's name (azure)" };
        var command = new Command(
            "add", "Connect a cloud storage. Its secret is read from the variable ANNOTATOR_STORAGE_SECRET: the secret key, or for azure the connection string or, with --account, the token")
        {
            name, bucket, kind, key, endpoint, region, open, account,
        };
        return command.Speaking(async (context, client, cancel) =>
        {
            var secret = Environment.GetEnvironmentVariable("ANNOTATOR_STORAGE_SECRET");
            if (string.IsNullOrEmpty(secret) && !context.Get(open))
            {
                throw CommandException.BadUsage("Put the secret into the variable ANNOTATOR_STORAGE_SECRET, or say --anonymous.");
            }

            var attributes = new[] { ("endpoint_url", context.Get(endpoint)), ("region", context.Get(region)) }
                .Where(pair => !string.IsNullOrEmpty(pair.Item2)).Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}");
            var fields = new Dictionary<string, object?>
            {
                ["display_name"] = context.Get(name),
                ["resource"] = context.Get(bucket),
                ["provider_type"] = context.Get(kind) switch { "azure" => "AZURE_CONTAINER", "google" => "GOOGLE_CLOUD_STORAGE", _ => "AWS_S3_BUCKET" },
                ["specific_attributes"] = string.Join('&', attributes),
                ["account_name"] = context.Get(account),
            };
            var (type, field) = (context.Get(open), context.Get(kind), context.Get(account)) switch
            {
                (true, _, _) => ("ANONYMOUS_ACCESS", null),
                (_, "azure", null) => ("CONNECTION_STRING", "connection_string"),
                (_, "azure", _) => ("ACCOUNT_NAME_TOKEN_PAIR", "session_token"),
                _ => ("KEY_SECRET_KEY_PAIR", (string?)"secret_key"),
            };
            fields["credentials_type"] = type;
            if (field is not null)
            {
                fields[field] = secret;
            }

            if (context.Get(key) is { } id)
            {
                fields["key"] = id;
            }

            var storage = await client.CloudStorages.CreateAsync(fields, cancel);
            return context.Done(storage, $"Cloud storage {storage.Id} is connected: {storage.DisplayName}");
        });
    }

    private static Command Content()
    {
        var id = new Argument<int>("ID");
        var prefix = new Argument<string>("FOLDER") { Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "" };
        return new Command("content", "List what is in a folder of a cloud storage") { id, prefix }.Speaking(async (context, client, cancel) =>
        {
            var files = new List<StorageFile>();
            string? next = null;
            do
            {
                var page = await client.CloudStorages.ContentAsync(context.Get(id), context.Get(prefix) ?? "", next, cancel);
                files.AddRange(page.Content);
                next = page.Next;
            }
            while (next is not null && files.Count < MostListed);

            return context.List(files, new TextTable("name", "kind"), file => [file.IsFolder ? file.Name + "/" : file.Name, file.IsFolder ? "folder" : file.MimeType]);
        });
    }

    private static Command Delete() =>
        Deleting.Command("storage", "Disconnect a cloud storage; the files in it stay", (client, id, cancel) => client.CloudStorages.DeleteAsync(id, cancel));
}
