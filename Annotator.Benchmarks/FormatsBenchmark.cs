using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Benchmarks;

/// <summary>
/// Writes a made-up dataset to a file and reads it back, one thread, without images: each format and size in a process of its
/// own, so that its peak of memory is its own. A small dataset goes through first, so that what is measured is compiled; of
/// the sizes that take less than a few seconds, five runs are made and the median counts. The processor's time, the garbage
/// collector's and the compiler's threads included, tells the work itself on a machine that has other things to do.
/// </summary>
internal static class FormatsBenchmark
{
    private const double Megabyte = 1 << 20;

    private static readonly Subject[] _subjects =
    [
        new("coco", "COCO 1.0", "COCO 1.0", "COCO 1.0"),
        new("voc", "PASCAL VOC 1.1", null, "PASCAL VOC 1.1"),
        new("yolo", "YOLO 1.1", "Ultralytics YOLO Segmentation 1.0", ""),
        new("datumaro", "Datumaro 1.0", "Datumaro 1.0", "Datumaro 1.0"),
        new("cvat", "CVAT for images 1.1", "CVAT for images 1.1", "CVAT 1.1"),
        new("tfrecord", "TFRecord 1.0", null, "TFRecord 1.0"),
    ];

    private static readonly Case[] _cases =
    [
        new("50k-boxes", 5_000, ShapeKind.Rectangle, 5, "< 0.6"),
        new("50k-polygons", 5_000, ShapeKind.Polygon, 5, ""),
        new("1m-boxes", 100_000, ShapeKind.Rectangle, 1, "< 12"),
    ];

    public static async Task RunAsync(Figures figures, Options options, CancellationToken cancel)
    {
        var seconds = new Dictionary<(string, string), double>();
        foreach (var subject in _subjects.Where(subject => options.Text("format") is not { } only || subject.Name == only))
        {
            foreach (var size in _cases.Where(size => options.Text("case") is not { } only || size.Name == only))
            {
                if (subject.Exporter(size.Kind) is null)
                {
                    continue;
                }

                if (options.Text("child") is not null)
                {
                    await MeasureAsync(subject, size, figures, cancel);
                    continue;
                }

                foreach (var figure in await InItsOwnProcessAsync(subject, size, cancel))
                {
                    figures.Add(figure.Name, figure.Value, figure.Unit, figure.Target);
                    seconds[(subject.Name, figure.Name)] = figure.Value;
                }
            }

            if (seconds.TryGetValue((subject.Name, $"formats.{subject.Name}.50k-boxes.sum"), out var few)
                && seconds.TryGetValue((subject.Name, $"formats.{subject.Name}.1m-boxes.sum"), out var many))
            {
                figures.Add($"formats.{subject.Name}.growth", many / 20 / few, "times", "< 1.25");
            }
        }
    }

    private static async Task<Figure[]> InItsOwnProcessAsync(Subject subject, Case size, CancellationToken cancel)
    {
        var json = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
            foreach (var argument in new[] { "formats", "--format", subject.Name, "--case", size.Name, "--child", "1", "--json", json })
            {
                start.ArgumentList.Add(argument);
            }

            using var process = Process.Start(start)!;
            var printed = await process.StandardOutput.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{subject.Name} of {size.Name} ended with exit code {process.ExitCode}. {printed}");
            }

            var lines = await File.ReadAllLinesAsync(json, cancel);
            return [.. lines.Select(line => JsonSerializer.Deserialize<Figure>(line, JsonSerializerOptions.Web)!).Select(figure => figure with { Target = Target(figure, size) })];
        }
        finally
        {
            File.Delete(json);
        }
    }

    private static string Target(Figure figure, Case size) => figure.Name[(figure.Name.LastIndexOf('.') + 1)..] switch
    {
        "sum" => size.Seconds,
        "peak-memory" => "< 300",
        _ => "",
    };

    private static async Task MeasureAsync(Subject subject, Case size, Figures figures, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("annotator-formats-");
        try
        {
            var file = Path.Combine(folder.FullName, "dataset.zip");
            var heap = 0L;
            await PassAsync(subject, size with { Frames = 300 }, file, _ => { }, cancel);
            using var process = Process.GetCurrentProcess();
            var runs = new List<(double Write, double Read, double Cpu)>();
            for (var run = 0; run < size.Runs; run++)
            {
                var before = process.TotalProcessorTime;
                var (wrote, took) = await PassAsync(subject, size, file, Watch, cancel);
                process.Refresh();
                runs.Add((wrote, took, (process.TotalProcessorTime - before).TotalSeconds));
            }

            var (write, read, cpu) = runs.OrderBy(run => run.Write + run.Read).ElementAt(runs.Count / 2);
            var name = $"formats.{subject.Name}.{size.Name}";
            figures.Add($"{name}.write", write, "s");
            figures.Add($"{name}.read", read, "s");
            figures.Add($"{name}.sum", write + read, "s");
            figures.Add($"{name}.processor", cpu, "s");
            figures.Add($"{name}.managed-heap", heap / Megabyte, "MB");
            figures.Add($"{name}.peak-memory", process.PeakWorkingSet64 / Megabyte, "MB");
            figures.Add($"{name}.file", new FileInfo(file).Length / Megabyte, "MB");

            void Watch(int frame)
            {
                if (frame % 100 == 0)
                {
                    heap = Math.Max(heap, GC.GetTotalMemory(forceFullCollection: false));
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Seconds of writing (making up the shapes included) and of reading all frames back.</summary>
    private static async Task<(double Write, double Read)> PassAsync(Subject subject, Case size, string file, Action<int> watch, CancellationToken cancel)
    {
        var exporter = DatasetFormats.FindExporter(subject.Exporter(size.Kind)!)!;
        var clock = Stopwatch.StartNew();
        await using (var output = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
        {
            await using var source = new MadeUpDataset(size.Frames, size.Kind, watch);
            await exporter.Writer.WriteAsync(source, output, new DatasetWriteOptions(), new DatasetReport(), cancel);
        }

        var write = clock.Elapsed.TotalSeconds;
        clock.Restart();
        var (frames, shapes) = (0, 0);
        await using (var archive = await DatasetArchive.OpenPathAsync(file, DatasetLimits.Default, cancel))
        {
            var importer = DatasetFormats.FindImporter(subject.Importer.Length > 0 ? subject.Importer : exporter.Format.Name)!;
            await using var source = await importer.Reader.OpenAsync(archive, DatasetReadOptions.Default, new DatasetReport(), cancel);
            await foreach (var item in source.ReadItemsAsync(cancel))
            {
                watch(frames++);
                shapes += (item.AtSize?.Invoke(MadeUpDataset.Width, MadeUpDataset.Height) ?? item).Shapes.Count;
            }
        }

        var read = clock.Elapsed.TotalSeconds;
        return (frames, shapes) == (size.Frames, size.Frames * MadeUpDataset.ShapesOfFrame)
            ? (write, read)
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{subject.Name} of {size.Name}: {frames} frames and {shapes} shapes came back."));
    }

    /// <param name="Importer">Empty where it is called as the exporter is.</param>
    private sealed record Subject(string Name, string Boxes, string? Polygons, string Importer)
    {
        public string? Exporter(ShapeKind kind) => kind == ShapeKind.Rectangle ? Boxes : Polygons;
    }

    private sealed record Case(string Name, int Frames, ShapeKind Kind, int Runs, string Seconds);
}
