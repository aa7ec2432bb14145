using System.Diagnostics;
using System.Threading.Channels;
using Annotator.Formats.Geometry;
using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Preprocessing;
using Annotator.Inference.Processes;
using Annotator.Inference.Recognition;
using Annotator.Inference.Sessions;
using Annotator.Inference.Tracking;
using Annotator.Media;

namespace Annotator.Benchmarks;

/// <summary>
/// Pictures a second by the included text detector: end to end (JPEG files, decoded beside the model, in its own process)
/// against the same model in a loop over one finished tensor; where the time goes; memory; ML.NET's pipeline against a
/// raw session; trackers on a clip whose truth is known; and in a browser the tools that need no model: scissors, wand, box to mask.
/// </summary>
internal static class InferenceBenchmark
{
    private const int Width = 1280, Height = 720;
    private const int Warm = 2;

    public static async Task RunAsync(Figures figures, Options options, CancellationToken cancel)
    {
        var count = options.Number("inputs", 100);
        var limits = new InferenceLimits();
        if (IncludedModels.All(limits) is not [var package, ..])
        {
            Console.WriteLine("The included model is not there: run npm ci, build again.");
            figures.Failed = true;
            return;
        }

        var files = await PicturesAsync(count, cancel);
        var (folder, model) = await DetectorAloneAsync(package, cancel);
        try
        {
            var bare = Bare(model, files[0], count, limits, cancel);
            figures.Add("bare loop over one tensor", bare, "images/s");
            foreach (var (processes, threads) in new[] { (1, 0), (2, 0), (2, Math.Max(1, Environment.ProcessorCount / 2)) })
            {
                var name = $"{processes} process{(processes == 1 ? "" : "es")} of {(threads == 0 ? "all" : threads)} threads";
                var whole = await EndToEndAsync(figures, name, folder, files, processes, threads, limits, cancel);
                figures.Add($"end to end from JPEG, {name}", whole, "images/s");
                figures.Add($"end to end of bare, {name}", 100 * whole / bare, "%", processes > 1 && threads > 0 ? ">= 85 (what a batch runs as)" : "");
            }

            await StagesAsync(figures, model, files, limits, cancel);
            Trackers(figures);
            await MlNetAsync(figures, package, files, count * 10, limits, cancel);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        await EditorBenchmark.RunAsync(figures, "assist", cancel);
    }

    /// <summary>The detector without the recogniser: one model, whose share can be told.</summary>
    private static async Task<(string Folder, ModelPackage Model)> DetectorAloneAsync(ModelPackage package, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("annotator-inference-").FullName;
        var description = package.Description with { Files = new ModelFiles { Model = package.Description.Files.Model } };
        File.Copy(Path.Combine(package.Folder, description.Files.Model!), Path.Combine(folder, description.Files.Model!));
        await File.WriteAllTextAsync(Path.Combine(folder, ModelDescription.FileName), ModelJson.Write(description), cancel);
        return (folder, new ModelPackage(folder, description));
    }

    private static double Bare(ModelPackage model, byte[] file, int count, InferenceLimits limits, CancellationToken cancel)
    {
        using var session = Session(model, limits);
        var image = Decode(file, cancel).GetAwaiter().GetResult();
        var placement = ImagePlacement.Of(model.Description.Input, image.Width, image.Height);
        var data = new float[ImageTensor.Length(placement)];
        ImageTensor.Fill(image, placement, model.Description.Input, data);
        ModelFeed[] feeds = [new(model.Description.Input.Name, [1, 3, placement.Height, placement.Width], data)];
        for (var i = 0; i < Warm; i++)
        {
            session.Run(feeds, cancel);
        }

        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            session.Run(feeds, cancel);
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Pictures are decoded ahead while the model runs; each process takes the next one that is there.</summary>
    private static async Task<double> EndToEndAsync(
        Figures figures, string name, string folder, List<byte[]> files, int count, int threads, InferenceLimits limits, CancellationToken cancel)
    {
        var processes = Enumerable.Range(0, count).Select(_ => new InferenceProcess(limits, new SessionSettings { Threads = threads })).ToList();
        try
        {
            var first = await Decode(files[0], cancel);
            foreach (var process in processes)
            {
                await process.LoadAsync(folder, cancel);
                for (var i = 0; i < Warm; i++)
                {
                    await process.PredictAsync([first], new PredictionOptions(), cancel);
                }
            }

            var start = Stopwatch.GetTimestamp();
            var decoded = Channel.CreateBounded<PixelImage>(2 * count);
            var decoding = Task.Run(
                async () =>
                {
                    foreach (var file in files)
                    {
                        await decoded.Writer.WriteAsync(await Decode(file, cancel), cancel);
                    }

                    decoded.Writer.Complete();
                },
                cancel);
            await Task.WhenAll(processes.Select(async process =>
            {
                await foreach (var image in decoded.Reader.ReadAllAsync(cancel))
                {
                    await process.PredictAsync([image], new PredictionOptions(), cancel);
                }
            }));
            await decoding;
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            figures.Add($"memory at most, {name}", processes.Sum(process => Peak(process.ProcessId!.Value)) / 1e6, "MB");
            return files.Count / seconds;
        }
        finally
        {
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }
        }
    }

    private static long Peak(int id)
    {
        using var process = Process.GetProcessById(id);
        return process.PeakWorkingSet64;
    }

    private static async Task StagesAsync(Figures figures, ModelPackage model, List<byte[]> files, InferenceLimits limits, CancellationToken cancel)
    {
        using var session = new ModelSession(Session(model, limits), model.Description, limits);
        var decode = TimeSpan.Zero;
        foreach (var file in files)
        {
            var start = Stopwatch.GetTimestamp();
            var image = await Decode(file, cancel);
            decode += Stopwatch.GetElapsedTime(start);
            session.Predict([image], new PredictionOptions(), cancel);
        }

        var times = session.Times;
        var all = (decode + times.Prepare + times.Run + times.Decode).TotalSeconds / 100;
        figures.Add("share of decoding JPEG", decode.TotalSeconds / all, "%");
        figures.Add("share of resizing and normalising", times.Prepare.TotalSeconds / all, "%");
        figures.Add("share of the model", times.Run.TotalSeconds / all, "%");
        figures.Add("share of reading its output", times.Decode.TotalSeconds / all, "%");
    }

    /// <summary>The small classifier that tells how a line stands: the model costs least there, and what is around it most.</summary>
    private static async Task MlNetAsync(Figures figures, ModelPackage package, List<byte[]> files, int count, InferenceLimits limits, CancellationToken cancel)
    {
        var path = Path.Combine(package.Folder, package.Description.Files.Orientation!);
        var image = (await Decode(files[0], cancel)).Crop(0, 0, 300, 60);
        var rates = new List<double>();
        foreach (var threads in new[] { 0, 1 })
        {
            var session = OnnxSession.Open(path, new SessionSettings { Threads = threads }, limits);
            using var raw = new ModelSession(session, TextModels.Orientation(session.Inputs[0].Name, session.Outputs[0].Name), limits);
            rates.Add(Rate(count, () => raw.Predict([image], new PredictionOptions(), cancel)));
        }

        using var described = OnnxSession.Open(path, new SessionSettings(), limits);
        using var pipeline = new WholeImagePipeline(path, TextModels.Orientation(described.Inputs[0].Name, described.Outputs[0].Name), described.Outputs[0].Name);
        _ = pipeline.Score([image]).Single();
        var start = Stopwatch.GetTimestamp();
        var scored = pipeline.Score(Enumerable.Repeat(image, count)).Count();
        var pipelineRate = scored / Stopwatch.GetElapsedTime(start).TotalSeconds;
        figures.Add("whole-image model, raw session of all threads", rates[0], "images/s");
        figures.Add("whole-image model, raw session of 1 thread", rates[1], "images/s");
        figures.Add("whole-image model, ML.NET", pipelineRate, "images/s");
        figures.Add("raw session of 1 thread is faster than ML.NET by", (100 * rates[1] / pipelineRate) - 100, "%");
    }

    /// <summary>Calls a second, after one that does not count.</summary>
    private static double Rate(int count, Action call)
    {
        call();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            call();
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>A patch of about 300 pixels' side that moves and grows over a resting ground, in full HD; its truth is known.</summary>
    private static void Trackers(Figures figures)
    {
        const int FullWidth = 1920, FullHeight = 1080, Frames = 40;
        static double[] Truth(int frame)
        {
            var (x, y, half) = (600 + (9 * frame), 500 + (80 * Math.Sin(frame / 9.0)), 150 * (1 + (0.005 * frame)));
            return [x - half, y - half, x + half, y + half];
        }

        static PixelImage Frame(int frame)
        {
            var box = Truth(frame);
            var pixels = new byte[FullWidth * FullHeight * 3];
            for (var i = 0; i < FullWidth * FullHeight; i++)
            {
                var (x, y) = ((i % FullWidth) + 0.5, (i / FullWidth) + 0.5);
                var (u, v) = ((x - box[0]) / (box[2] - box[0]), (y - box[1]) / (box[3] - box[1]));
                var value = u is >= 0 and <= 1 && v is >= 0 and <= 1
                    ? 130 + (60 * Math.Sin(u * 39)) + (45 * Math.Cos(v * 43)) + (20 * Math.Sin((u + v) * 81))
                    : 100 + (25 * Math.Sin(x / 19)) + (25 * Math.Cos(y / 17));
                pixels.AsSpan(i * 3, 3).Fill((byte)value);
            }

            return new PixelImage(FullWidth, FullHeight, pixels);
        }

        var first = Frame(0);
        var (flow, correlation) = (new FlowTracker(first, Truth(0), rectangle: true), new CorrelationTracker(first, Truth(0)));
        foreach (var (name, step) in new (string, Func<PixelImage, TrackStep>)[] { ("optical flow", flow.Step), ("correlation filter", correlation.Step) })
        {
            var (overlaps, spent) = (new List<double>(), TimeSpan.Zero);
            for (var frame = 1; frame < Frames; frame++)
            {
                var picture = Frame(frame);
                var start = Stopwatch.GetTimestamp();
                var found = step(picture);
                spent += Stopwatch.GetElapsedTime(start);
                overlaps.Add(found.Lost is null ? Outlines.BoxAround(found.Points).IntersectionOverUnion(Outlines.BoxAround(Truth(frame))) : 0);
            }

            figures.Add($"{name}, one box of a 1920 × 1080 frame", spent.TotalMilliseconds / (Frames - 1), "ms");
            figures.Add($"{name}, mean overlap with the truth", overlaps.Average(), "", "> 0.8");
            figures.Add($"{name}, least overlap with the truth", overlaps.Min(), "", "> 0.7");
        }
    }

    private static OnnxSession Session(ModelPackage model, InferenceLimits limits) =>
        OnnxSession.Open(Path.Combine(model.Folder, model.Description.Files.Model!), new SessionSettings(), limits);

    private static async Task<PixelImage> Decode(byte[] file, CancellationToken cancel)
    {
        var (width, height, rgb) = await new JpegMaker(new MediaLimits()).DecodeAsync(new MemoryStream(file), cancel);
        return new PixelImage(width, height, rgb);
    }

    /// <summary>Soft colours with dark bars, as a street has signs.</summary>
    private static async Task<List<byte[]>> PicturesAsync(int count, CancellationToken cancel)
    {
        var files = new List<byte[]>(count);
        var maker = new JpegMaker(new MediaLimits());
        for (var n = 0; n < count; n++)
        {
            var random = new Random(n);
            var pixels = new byte[Width * Height * 3];
            for (var i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (byte)(128 + (60 * Math.Sin((i / 3 % Width / 90.0) + n)) + (40 * Math.Cos(i / 3 / Width / 70.0)) + random.Next(-8, 8));
            }

            files.Add(await maker.EncodeAsync(pixels, Width, Height, 90, cancel));
        }

        return files;
    }
}
