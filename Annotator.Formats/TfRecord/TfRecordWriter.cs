using System.Text;
using Annotator.Formats.Archives;

namespace Annotator.Formats.TfRecord;

/// <summary>TFRecord 1.0: a file of records for each subset, with the images within where they are asked for.</summary>
public sealed class TfRecordWriter : IDatasetWriter
{
    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        await using (var map = archive.Create("label_map.pbtxt"))
        {
            await map.WriteAsync(Encoding.UTF8.GetBytes(LabelMap.Text(source.Info.Labels.Select(label => label.Name))), cancel);
        }

        var others = new SortedDictionary<string, FileStream>(StringComparer.Ordinal);
        Stream? open = null;
        try
        {
            // The first subset, mostly the only one, goes straight into the archive; others wait until it is whole.
            var first = "";
            using var records = new ExampleRecords(source.Info.Labels, options, report);
            await foreach (var item in source.ReadItemsAsync(cancel))
            {
                var subset = Subset(item.Subset);
                if (open is null)
                {
                    first = subset;
                    open = Create(archive, subset, options);
                }

                var target = open;
                if (subset != first)
                {
                    if (!others.TryGetValue(subset, out var spool))
                    {
                        others[subset] = spool = Spool.Create();
                    }

                    target = spool;
                }

                await records.WriteAsync(target, item, cancel);
            }

            open ??= Create(archive, "default", options);
            await open.DisposeAsync();
            foreach (var (subset, spool) in others)
            {
                spool.Position = 0;
                await using var entry = Create(archive, subset, options);
                await spool.CopyToAsync(entry, cancel);
            }
        }
        finally
        {
            if (open is not null)
            {
                await open.DisposeAsync();
            }

            foreach (var spool in others.Values)
            {
                await spool.DisposeAsync();
            }
        }
    }

    private static BufferedStream Create(ArchiveWriter archive, string subset, DatasetWriteOptions options) =>
        new BufferedStream(options.SaveImages ? archive.CreateStored($"{subset}.tfrecord") : archive.Create($"{subset}.tfrecord"), 1 << 16);

    private static string Subset(string subset)
    {
        var plain = new StringBuilder(subset.Length);
        foreach (var letter in subset)
        {
            plain.Append(char.IsLetterOrDigit(letter) || letter is '_' or '-' ? letter : '_');
        }

        return plain.Length > 0 ? plain.ToString() : "default";
    }
}
