using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace Annotator.Inference.Sessions;

/// <summary>Opens a session on the first provider that takes the model, and keeps why others did not.</summary>
public static class ExecutionProviders
{
    public const string Cpu = "CPU";

    /// <summary>Names in ONNX Runtime by ours.</summary>
    private static readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["TensorRT"] = "TensorrtExecutionProvider",
        ["CUDA"] = "CUDAExecutionProvider",
        [Cpu] = "CPUExecutionProvider",
    };

    /// <param name="load">Makes the session, once for each provider that is tried.</param>
    /// <exception cref="ModelException"><c>model-not-loadable</c>, with ONNX Runtime's words.</exception>
    public static (InferenceSession Session, string Provider, string Reason) Open(Func<SessionOptions, InferenceSession> load, SessionSettings settings, bool dynamicShapes)
    {
        var available = OrtEnv.Instance().GetAvailableProviders();
        var reasons = new List<string>();
        foreach (var provider in settings.Providers.Where(_names.ContainsKey).Append(Cpu).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (!available.Contains(_names[provider]))
            {
                reasons.Add($"{provider} is not in this build");
                continue;
            }

            try
            {
                using var options = Options(provider, settings, dynamicShapes);
                var session = load(options);
                reasons.Add($"{provider} took the model");
                return (session, provider, string.Join("; ", reasons));
            }
            catch (Exception error) when (!IsCpu(provider))
            {
                // A missing driver or library shows in many kinds of exception; the user reads it on the model's card.
                reasons.Add($"{provider} refused: {error.Message.Split('\n')[0]}");
            }
            catch (OnnxRuntimeException error)
            {
                throw new ModelException("model-not-loadable", $"ONNX Runtime cannot load the model: {error.Message.Split('\n')[0]}", error);
            }
        }

        throw new ModelException("model-not-loadable", $"No provider runs the model: {string.Join("; ", reasons)}.");
    }

    private static bool IsCpu(string provider) => provider.Equals(Cpu, StringComparison.OrdinalIgnoreCase);

    private static SessionOptions Options(string provider, SessionSettings settings, bool dynamicShapes)
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            EnableMemoryPattern = !dynamicShapes,
            IntraOpNumThreads = settings.Threads > 0 ? settings.Threads : Environment.ProcessorCount,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };

        // Threads that spin while they wait take the cores from the rest of the server.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            if (provider.Equals("TensorRT", StringComparison.OrdinalIgnoreCase))
            {
                AppendTensorRt(options, settings);
                AppendCuda(options, settings, dynamicShapes);
            }
            else if (provider.Equals("CUDA", StringComparison.OrdinalIgnoreCase))
            {
                AppendCuda(options, settings, dynamicShapes);
            }
        }
        catch
        {
            options.Dispose();
            throw;
        }

        return options;
    }

    private static void AppendCuda(SessionOptions options, SessionSettings settings, bool dynamicShapes)
    {
        var values = new Dictionary<string, string>
        {
            ["device_id"] = settings.DeviceId.ToString(CultureInfo.InvariantCulture),
            ["arena_extend_strategy"] = "kSameAsRequested",
            ["cudnn_conv_algo_search"] = dynamicShapes ? "HEURISTIC" : "EXHAUSTIVE",
        };
        if (settings.GpuMemoryBytes > 0)
        {
            values["gpu_mem_limit"] = settings.GpuMemoryBytes.ToString(CultureInfo.InvariantCulture);
        }

        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(values);
        options.AppendExecutionProvider_CUDA(cuda);
    }

    private static void AppendTensorRt(SessionOptions options, SessionSettings settings)
    {
        var values = new Dictionary<string, string>
        {
            ["device_id"] = settings.DeviceId.ToString(CultureInfo.InvariantCulture),
            ["trt_fp16_enable"] = "1",
        };
        if (settings.EngineCache.Length > 0)
        {
            values["trt_engine_cache_enable"] = "1";
            values["trt_engine_cache_path"] = settings.EngineCache;
            values["trt_timing_cache_enable"] = "1";
        }

        using var tensorRt = new OrtTensorRTProviderOptions();
        tensorRt.UpdateOptions(values);
        options.AppendExecutionProvider_Tensorrt(tensorRt);
    }
}
