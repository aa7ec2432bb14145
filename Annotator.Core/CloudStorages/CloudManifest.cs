using System.Text.Json;

namespace Annotator.Core.CloudStorages;

/// <summary>
/// Reads <c>manifest.jsonl</c>: a line with its version, one with its type, then a line for each image (<c>name</c> without its
/// <c>extension</c>), or one with a video's <c>properties</c>.
/// </summary>
public static class CloudManifest
{
    /// <summary>What the files' names end in.</summary>
    public const string Ending = ".jsonl";

    private const int MaxBytes = 256 << 20;
    private const int MaxLine = 1 << 20;

    /// <summary>Keys of the files that a manifest names, in its order; null when there is no such manifest.</summary>
    /// <exception cref="InvalidDataException">It is no manifest; the message is the second half of a sentence.</exception>
    public static async Task<IReadOnlyList<string>?> ReadAsync(ICloudBucket bucket, string key, CancellationToken cancel)
    {
        await using var content = await CloudObjectStream.OpenAsync(bucket, key, cancel);
        return content is null ? null : await ReadAsync(content, key, cancel);
    }

    /// <inheritdoc cref="ReadAsync(ICloudBucket, string, CancellationToken)"/>
    /// <param name="path">Where the manifest is: names in it are below its folder.</param>
    public static async Task<IReadOnlyList<string>> ReadAsync(Stream content, string path, CancellationToken cancel)
    {
        if (content.Length > MaxBytes)
        {
            throw new InvalidDataException($"has {content.Length} bytes; the limit is {MaxBytes}");
        }

        var folder = path[..(path.LastIndexOf('/') + 1)];
        var names = new List<string>();
        using var lines = new StreamReader(content);
        for (var number = 1; await lines.ReadLineAsync(cancel) is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                using var json = JsonDocument.Parse(line.Length <= MaxLine ? line : throw new InvalidDataException($"has a line of {line.Length} characters"));
                if (NameOf(json.RootElement) is { } name)
                {
                    names.Add(folder + name);
                }
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                throw new InvalidDataException($"cannot be read: line {number} is not what a manifest has", error);
            }
        }

        return names;
    }

    private static string? NameOf(JsonElement line)
    {
        if (line.TryGetProperty("properties", out var video))
        {
            return video.GetProperty("name").GetString();
        }

        return line.TryGetProperty("name", out var name) && name.GetString() is { } stem
            ? stem + (line.TryGetProperty("extension", out var extension) ? extension.GetString() : "")
            : null;
    }
}
