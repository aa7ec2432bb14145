using System.Text.Json;
using Annotator.Formats.Archives;

namespace Annotator.Formats.CvatJson;

/// <summary>The kinds of objects that a job's annotations are lists of.</summary>
public enum CvatBackupKind
{
    Tag,
    Shape,
    Track,
}

/// <summary>Walks once through the annotations of a backup, job by job and object by object.</summary>
public sealed class CvatBackupObjects : IDisposable
{
    private readonly JsonScanner _json;
    private readonly string _path;
    private readonly DatasetLimits _limits;

    /// <exception cref="DatasetException">The file is damaged.</exception>
    public CvatBackupObjects(DatasetArchive archive, DatasetArchiveEntry file)
    {
        (_path, _limits) = (file.Path, archive.Limits);
        _json = new JsonScanner(archive.Open(file), file.Path, archive.Limits);
        if (_json.ReadToken() != JsonTokenType.StartArray)
        {
            _json.Dispose();
            throw new DatasetException("backup-damaged", $"{file.Path} is no list of the jobs' annotations.");
        }
    }

    /// <summary>
    /// The next job's objects, in the file's order; nothing when there is no further job. They must be read to their end before the
    /// next job's are; each value is good until the next one is asked for.
    /// </summary>
    /// <exception cref="DatasetException">The file is damaged.</exception>
    public IEnumerable<(CvatBackupKind Kind, JsonElement Value)> ReadJob()
    {
        if (_json.ReadToken() != JsonTokenType.StartObject)
        {
            yield break;
        }

        while (_json.ReadToken() == JsonTokenType.PropertyName)
        {
            var field = _json.PropertyName;
            if (KindOf(field) is not { } kind)
            {
                _json.SkipValue();
                continue;
            }

            if (_json.ReadToken() != JsonTokenType.StartArray)
            {
                throw new DatasetException("backup-damaged", $"{_path}: the {field} of a job are no list.");
            }

            while (Next() is { } document)
            {
                using (document)
                {
                    yield return (kind, document.RootElement);
                }
            }
        }
    }

    public void Dispose() => _json.Dispose();

    private static CvatBackupKind? KindOf(string field) => field switch
    {
        "tags" => CvatBackupKind.Tag,
        "shapes" => CvatBackupKind.Shape,
        "tracks" => CvatBackupKind.Track,
        _ => null,
    };

    private JsonDocument? Next()
    {
        if (!_json.ReadValue(out var value, out _))
        {
            return null;
        }

        var reader = new Utf8JsonReader(value, JsonScanner.Options(_limits));
        return JsonDocument.ParseValue(ref reader);
    }
}
